// Which file compiles which kind of step. A new kind is a file beside this one, a schema in
// schemas/build-yaml.ts and a case below; nothing else knows kinds.
import type { Step } from '../../../schemas/build-yaml.ts';
import type { CompileRequest } from '../compile-request.ts';
import { buildImage } from './build-image.ts';
import { createDatabase } from './create-database.ts';
import { createNamespace } from './create-namespace.ts';
import { deploy } from './deploy.ts';
import { runImage } from './run-image.ts';
import type { StepKind } from './step-kind.ts';

export function stepKind(step: Step, request: CompileRequest): StepKind {
  switch (step.kind) {
    case 'runImage':
      return runImage(step, request);
    case 'buildImage':
    case 'buildImage2':
      return buildImage(step, request);
    case 'createNamespace':
      return createNamespace(step, request);
    case 'deploy':
      return deploy(step, request);
    case 'createDatabase2':
      return createDatabase(step, request);
  }
}

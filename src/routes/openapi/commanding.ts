// The operations that change something, and everything about namespaces.
import { z } from 'zod';
import {
  DevDeployAnswer,
  FreezeAnswer,
  NamespaceAnswer,
  ServiceAnswer,
} from '../../../schemas/answers.ts';
import { NamespaceStatus, ServiceStatus } from '../../../schemas/cluster-status.ts';
import {
  AuthorizeBody,
  DevDeployBody,
  FreezeBody,
  LimitBody,
  RetryBody,
  UnfreezeBody,
} from '../../../schemas/commands.ts';
import type { Operation } from './operation.ts';

const API = '/api/v1alpha';
const NAMESPACE = `${API}/namespaces/{namespace}`;
const SERVICE = `${NAMESPACE}/services/{service}`;

const NO_BODY = 'The body is not JSON, or not as expected.';
const NO_BRANCH = 'It is not a watched branch.';

const commands: readonly Operation[] = [
  {
    method: 'post',
    path: `${API}/authorize_sha`,
    summary: 'Lets a commit of an unknown author be tested.',
    body: AuthorizeBody,
    answers: { 201: { says: 'It is noted.' } },
    refusals: { 400: NO_BODY },
    tag: 'Pull requests',
    permission: 'manage_ci',
  },
  {
    method: 'post',
    path: `${API}/watched_branches/{branch}/prs/{number}/retry`,
    summary: 'Tests a pull request again.',
    body: RetryBody,
    answers: { 200: { says: 'It is tested again as soon as may be.' } },
    refusals: {
      400: 'There is nothing to be tested again, or the body is wrong.',
      404: 'It is not open on a watched branch.',
    },
    tag: 'Pull requests',
    permission: 'manage_ci',
  },
  {
    method: 'post',
    path: `${API}/freeze`,
    summary: 'Stops landing and deploying.',
    body: FreezeBody,
    answers: { 200: { says: 'It is frozen.', body: FreezeAnswer } },
    refusals: { 400: NO_BODY, 404: NO_BRANCH, 409: 'It is frozen already.' },
    tag: 'Branches',
    permission: 'manage_ci',
  },
  {
    method: 'post',
    path: `${API}/unfreeze`,
    summary: 'Resumes landing and deploying.',
    body: UnfreezeBody,
    answers: { 200: { says: 'It is not frozen any more.', body: FreezeAnswer } },
    refusals: { 400: NO_BODY, 404: NO_BRANCH, 409: 'It is not frozen.' },
    tag: 'Branches',
    permission: 'manage_ci',
  },
  {
    method: 'post',
    path: `${API}/update`,
    summary: 'Reads everything again now.',
    answers: { 200: { says: 'It has begun.' } },
    tag: 'Branches',
    permission: 'manage_ci',
  },
  {
    method: 'post',
    path: `${API}/dev_deploy_branch`,
    summary: "Deploys steps of any branch into a developer's own namespace.",
    body: DevDeployBody,
    answers: { 200: { says: 'Its batch runs.', body: DevDeployAnswer } },
    refusals: { 400: 'The body is wrong, or so is what it names.', 502: 'GitHub or Batch fails.' },
    tag: 'People',
    permission: 'manage_ci',
  },
];

const namespaces: readonly Operation[] = [
  {
    method: 'get',
    path: `${API}/namespaces`,
    summary: 'The namespaces of tests, deploys and developers.',
    answers: { 200: { says: 'In the order of their names.', body: z.array(NamespaceStatus) } },
    tag: 'Namespaces',
    permission: 'read_ci',
  },
  {
    method: 'get',
    path: NAMESPACE,
    summary: 'One namespace.',
    answers: { 200: { says: 'With its services.', body: NamespaceStatus } },
    refusals: { 404: 'It is not known.' },
    tag: 'Namespaces',
    permission: 'read_ci',
  },
  {
    method: 'put',
    path: NAMESPACE,
    summary: 'Tells of a namespace.',
    answers: {
      200: { says: 'It was known.', body: NamespaceAnswer },
      201: { says: 'It is new.' },
    },
    refusals: { 400: 'It cannot be the name of a namespace.', 409: 'There are too many.' },
    tag: 'Namespaces',
    permission: 'manage_ci',
  },
  {
    method: 'delete',
    path: NAMESPACE,
    summary: 'Tells that a namespace is gone.',
    answers: { 204: { says: 'It is not known any more.' } },
    refusals: { 400: 'That one is never removed.' },
    tag: 'Namespaces',
    permission: 'manage_ci',
  },
  {
    method: 'get',
    path: SERVICE,
    summary: 'One service of a namespace.',
    answers: { 200: { says: 'With its limit.', body: ServiceStatus } },
    refusals: { 404: 'It is not known.' },
    tag: 'Namespaces',
    permission: 'read_ci',
  },
  {
    method: 'put',
    path: SERVICE,
    summary: 'Tells of a service.',
    answers: { 200: { says: 'It was known.', body: ServiceAnswer }, 201: { says: 'It is new.' } },
    refusals: { 400: 'It cannot be the name of a service.', 404: 'The namespace is not known.' },
    tag: 'Namespaces',
    permission: 'manage_ci',
  },
  {
    method: 'patch',
    path: SERVICE,
    summary: 'Limits a service, or lifts the limit.',
    body: LimitBody,
    answers: { 200: { says: 'It is noted, where the service is known.' } },
    refusals: { 400: NO_BODY, 404: 'The namespace is not known.' },
    tag: 'Namespaces',
    permission: 'manage_ci',
  },
  {
    method: 'delete',
    path: SERVICE,
    summary: 'Tells that a service is gone.',
    answers: { 204: { says: 'It is not known any more.' } },
    tag: 'Namespaces',
    permission: 'manage_ci',
  },
];

export const COMMANDING: readonly Operation[] = [...commands, ...namespaces];

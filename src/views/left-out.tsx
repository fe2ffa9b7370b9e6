// What of the page's address made no sense, so that nobody takes what is shown for what they asked for.
import { Notice } from './parts.tsx';

export const LeftOut = ({ sentences }: { sentences: readonly string[] }) =>
  sentences.length === 0 ? null : (
    <Notice tone="wait" icon="warn">
      {sentences.map((sentence) => (
        <p>{sentence} It is left out.</p>
      ))}
    </Notice>
  );

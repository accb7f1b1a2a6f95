import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem, asProblem, unexpectedAnswer, unreachable } from '../api/problem';
import { standing } from '../lib/words';

/** The sentence of a problem: the server's own, or ours where none came. */
export function useSentence(): (thrown: unknown) => string {
  const { t } = useTranslation();
  return (thrown) => {
    const problem = asProblem(thrown);
    if (problem.detail) return standing(problem.detail);
    if (problem.code === unreachable) return t('problem.unreachable');
    if (problem.code === unexpectedAnswer) return t('problem.unexpected', { status: problem.status });
    return problem.title || t('problem.internal');
  };
}

/** What failed, each fault of it, the trace to hand on, and a way to try again. */
export function ProblemBox({ thrown, safe, retry }: { thrown: unknown; safe?: string; retry?: () => void }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  const problem = asProblem(thrown);
  return (
    <div className="banner" data-tone="bad" role="alert">
      <div className="stack" style={{ gap: 4 }}>
        <p>{sentence(thrown)}</p>
        {problem.errors.length > 0 && (
          <ul style={{ margin: 0, paddingInlineStart: 16 }}>
            {problem.errors.map((fault) => (
              <li key={fault.location + fault.message}>
                <code>{fault.location}</code> {fault.message}
              </li>
            ))}
          </ul>
        )}
        {safe && <p className="muted">{safe}</p>}
        <Trace problem={problem} />
      </div>
      {retry && <Button onClick={retry}>{t('action.retry')}</Button>}
    </div>
  );
}

function Trace({ problem }: { problem: ApiProblem }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  if (!problem.traceId) return null;
  const copy = () => {
    // the clipboard is missing on pages that came by plain http: then the text itself can be selected
    void navigator.clipboard?.writeText(problem.traceId).then(() => setCopied(true));
  };
  return (
    <p className="small muted line">
      <code>{t('problem.trace', { id: problem.traceId })}</code>
      <button type="button" className="chip" onClick={copy}>
        {copied ? t('action.copied') : t('action.copy')}
      </button>
    </p>
  );
}

import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../api/queries';
import type { GoldenRecordDetail } from '../../api/types';
import type { Command } from '../../lib/keys';
import { recordSide, type CodeChoice } from '../../lib/verdicts';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Empty, Key } from '../../ui/Bits';
import { WaterfallTable } from '../../ui/WaterfallTable';
import { columnOf, type Column } from './columns';
import { Confidence } from './Confidence';
import { Members } from './Members';
import { Contradictions } from './PairDetail';
import { domain, useExplained } from './useMatches';
import type { Verdicts } from './useVerdicts';

interface Props {
  code: CodeChoice | undefined;
  waterfall: boolean;
  /** Absent for who may not say anything. */
  run: ((command: Command) => void) | undefined;
  verdicts: Verdicts;
  onBack: () => void;
}

/** One code of a system beside the records it may stand for: which of these, or none. */
export function CodeDetail({ code, waterfall, run, verdicts, onBack }: Props) {
  const { t } = useTranslation();
  return (
    <div className="detail" tabIndex={0} role="region" aria-label={t('duplicates.code')}>
      <button type="button" className="chip back" onClick={onBack}>{t('action.back')}</button>
      {code ? <Content key={code.id} code={code} waterfall={waterfall} run={run} verdicts={verdicts} onBack={onBack} /> : <Empty title={t('duplicates.pick_code')} />}
    </div>
  );
}

function Content({ code, waterfall, run, verdicts }: Props & { code: CodeChoice }) {
  const { t } = useTranslation();
  const names = useNames();
  const columns = useColumns(code);
  const entry = verdicts.journal.of(code.id);
  return (
    <>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts"><span>{[names.system(code.system), code.plant].filter(Boolean).join(', ')}</span></div>
        <h2><code>{code.code}</code> {code.label !== code.code && code.label}</h2>
      </div>
      {entry && (entry.state === 'conflict' || entry.state === 'refused') && (
        <div className="banner" data-tone="wait" role="alert"><p>{t(`verdict.${entry.state}`)}: {standing(entry.detail)}</p></div>
      )}
      {columns && <Members columns={columns} caption={t('duplicates.which')} />}
      <h3>{t('duplicates.which')}</h3>
      {code.candidates.map((one, at) => (
        <section key={one.id} className="section">
          <div className="spread">
            <span className="line"><code>{recordSide(one).code}</code> {recordSide(one).label} <Confidence of={one} /></span>
            {run && (
              <Button aria-keyshortcuts={String(at + 1)} onClick={() => run(`pick_${at + 1}`)}>
                {t('queue.pick_candidate', { code: recordSide(one).code })}
                <Key>{String(at + 1)}</Key>
              </Button>
            )}
          </div>
          <Contradictions explanation={one.explanation} />
          {waterfall && at === 0 && <WaterfallTable explanation={one.explanation} />}
          {waterfall && at > 0 && <details><summary className="dense">{t('waterfall.title')}</summary><WaterfallTable explanation={one.explanation} /></details>}
        </section>
      ))}
    </>
  );
}

/** The code as the first column, its candidates beside it; nothing until all are here. */
function useColumns(code: CodeChoice): Column[] | undefined {
  const { client } = useSession();
  const best = code.candidates[0];
  const explained = useExplained(best?.left.side, best?.right.side);
  const records = useQueries({
    queries: code.candidates.map((one) => ({
      queryKey: ['records', domain, 'one', recordSide(one).record_id], staleTime: 30_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => client.get<GoldenRecordDetail>(`/records/${domain}/${recordSide(one).record_id}`, { signal }),
    })),
  });
  const found = records.map((one) => one.data).filter((one) => one !== undefined);
  if (!explained.data || found.length < records.length) return undefined;
  const own = explained.data.left.side === code.id ? explained.data.left : explained.data.right;
  const first: Column = { id: code.id, record: '', code: code.code, name: code.label === code.code ? '' : code.label, attributes: own.attributes ?? {}, codes: [], uses: [] };
  return [first, ...found.map(columnOf)];
}

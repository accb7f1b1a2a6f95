import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Command } from '../../lib/keys';
import { Key } from '../../ui/Bits';
import type { Verdicts } from './useVerdicts';

/** The words one can say of a pair, at the foot of the detail, with how many were said in this tab. */
export function VerdictBar({ verdicts, run, waterfall, code = false }: { verdicts: Verdicts; run: (command: Command) => void; waterfall: boolean; code?: boolean }) {
  const { t } = useTranslation();
  const { journal, remark } = verdicts;
  const given = journal.entries().filter((entry) => entry.state === 'decided').length;
  const kept = journal.kept.length;
  const undoable = journal.entries().some((entry) => (entry.result?.verdicts.length ?? 0) > 0);
  return (
    <div className="actions">
      <div className="buttons">
        <Button variant="filled" aria-keyshortcuts="M" onClick={() => run('match')}>{t(code ? 'verdict.map_best' : 'verdict.say_match')}<Key>M</Key></Button>
        <Button aria-keyshortcuts="N" onClick={() => run('no_match')}>{t(code ? 'verdict.none_of_these' : 'verdict.say_no_match')}<Key>N</Key></Button>
        <Button aria-keyshortcuts="U" onClick={() => run('unsure')}>{t('verdict.say_unsure')}<Key>U</Key></Button>
        <Button variant="subtle" color="gray" aria-keyshortcuts="W" aria-pressed={waterfall} onClick={() => run('waterfall')}>{t('waterfall.short')}<Key>W</Key></Button>
        {undoable && (
          <Button variant="subtle" color="gray" aria-keyshortcuts="Z" style={{ marginInlineStart: 'auto' }} onClick={() => run('undo')}>
            {t('verb.undo')}
            <Key>Z</Key>
          </Button>
        )}
      </div>
      <p className="small muted" role="status">{remark || t('queue.session', { count: given, context: given === 0 ? 'zero' : undefined })}</p>
      {kept > 0 && (
        <div className="banner" data-tone="wait" role="alert">
          <p>{t('queue.kept_banner', { count: kept })} {journal.problem?.detail}</p>
          <Button onClick={() => void journal.retry()}>{t('action.retry')}</Button>
        </div>
      )}
    </div>
  );
}

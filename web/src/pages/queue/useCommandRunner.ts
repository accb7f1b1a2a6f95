import { useTranslation } from 'react-i18next';
import type { Discrepancy, Verb } from '../../api/types';
import type { Command } from '../../lib/keys';
import { useAnnounce } from '../../ui/Announcer';
import type { Decisions } from './useDecisions';

interface Parts {
  index: number;
  total: number;
  select: (index: number) => void;
  open: (where: 'list' | 'detail') => void;
  reload: () => void;
  filter: () => void;
  /** Narrows the list to what looks like the open one, or widens it again. */
  pattern: () => void;
  batch: () => void;
  help: () => void;
  decisions: Decisions;
  discrepancy: Discrepancy | undefined;
  editable: boolean;
}

export type Run = (command: Command) => void;

/** Rows that Page Up and Page Down pass over. */
const pageOfRows = 15;

/** What each command of the queue does; keys and buttons come through here alike. */
export function useCommandRunner(parts: Parts): Run {
  const verb = useVerbs(parts);
  const { index, total, select, open, decisions } = parts;
  const go = (next: number) => {
    if (total > 0) select(Math.max(0, Math.min(total - 1, next)));
  };
  const actions: Partial<Record<Command, () => void>> = {
    next: () => go(index + 1),
    previous: () => go(index - 1),
    first: () => go(0),
    last: () => go(total - 1),
    page_down: () => go(index + pageOfRows),
    page_up: () => go(index - pageOfRows),
    open: () => open('detail'),
    back: () => open('list'),
    take_source: () => verb('take_source'),
    keep_golden: () => verb('keep_golden'),
    map: () => verb('map'),
    create: () => verb('create'),
    accept: () => verb('accept'),
    undo: () => parts.editable && void decisions.undo(),
    reload: parts.reload,
    filter: parts.filter,
    pattern: parts.pattern,
    batch: parts.batch,
    help: parts.help,
  };
  return (command) => {
    if (command.startsWith('pick_')) verb('map', Number(command.slice('pick_'.length)) - 1);
    else actions[command]?.();
  };
}

/** Starts a verb, or says why it is not possible here. */
function useVerbs({ discrepancy, decisions, editable }: Parts): (verb: Verb, candidate?: number) => void {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const say = (sentence: string) => {
    decisions.setRemark(sentence);
    announce(sentence);
  };
  return (verb, candidate) => {
    if (!editable) return say(t('queue.read_only'));
    if (!discrepancy) return say(t('list.loading'));
    // what is accepted already: the same key ends that
    if (verb === 'accept' && discrepancy.state === 'accepted') return decisions.openDialog('end');
    const offer = discrepancy.verbs?.find((one) => one.verb === verb);
    if (!offer) return;
    if (!offer.enabled) return say(t('queue.not_possible', { why: offer.why }));
    if (candidate !== undefined) {
      const record = discrepancy.candidates?.[candidate];
      if (record) decisions.decide('map', { record_id: record.record_id });
    } else if (verb === 'take_source' || verb === 'keep_golden') {
      decisions.decide(verb);
    } else {
      decisions.openDialog(verb);
    }
  };
}

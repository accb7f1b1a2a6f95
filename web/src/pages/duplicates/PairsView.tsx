import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CandidateState, MatchCandidate } from '../../api/types';
import { focusList } from '../../lib/focus';
import { pairKeys, type Command } from '../../lib/keys';
import { confidenceOf, confidenceTones, grouped, percentOf, undecided } from '../../lib/verdicts';
import { useSession } from '../../session/Session';
import { ToneIcon } from '../../ui/Bits';
import { KeySheet } from '../../ui/KeySheet';
import { ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { DuplicatesHead, keyWords, NothingAlike } from './DuplicatesHead';
import { MergeSheet, type Chosen } from './MergeSheet';
import { PairDetail } from './PairDetail';
import { useCandidates, useReload } from './useMatches';
import { useVerdicts, type Said, type Verdicts } from './useVerdicts';
import { VerdictBar } from './VerdictBar';
import { WhyDialog } from './WhyDialog';
import { duplicatesRoute } from '../../router';

/** Golden records that may be one thing: the pairs on the left, the open one with all there is to say of it on the right. */
export function PairsView() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { show } = duplicatesRoute.useSearch();
  const list = useCandidates({ merges: true, state: stateOf(show) });
  const pairs = list.pages.flatMap(grouped);
  const [selected, select] = useState(0);
  const [showing, setShowing] = useState<'list' | 'detail'>('list');
  const [dialog, setDialog] = useState<'merge' | 'why' | 'help'>();
  const [waterfall, setWaterfall] = useState(true);
  const detail = useRef<HTMLElement>(null);
  const reload = useReload();
  const pair = pairs[selected];
  const verdicts = useVerdicts({ ids: pairs.map((one) => one.id), selected, select, open: (at) => pairs[at] !== undefined && undecided(pairs[at]) });
  useEffect(() => select(0), [show]);
  useMore(list, selected, pairs.length);

  const close = () => {
    setDialog(undefined);
    focusList();
  };
  const say = (word: 'match' | 'no_match' | 'unsure', chosen?: Chosen) => {
    if (!pair) return;
    verdicts.give({ id: pair.id, label: labelOf(pair) }, word, [verdictOn(pair, word, chosen)]);
    close();
  };
  const run = (command: Command) => {
    const next = moved(command, pairs.map((one) => one.id), pair?.id);
    if (next) return select(pairs.findIndex((one) => one.id === next));
    if (command === 'open' || command === 'back') return setShowing(command === 'open' ? 'detail' : 'list');
    if (command === 'waterfall') return setWaterfall((on) => !on);
    if (command === 'compare' || command === 'help') return setDialog(command === 'help' ? 'help' : 'why');
    if (command === 'reload') return reload();
    if (command === 'undo') return void (may('propose') && verdicts.undo());
    const why = pair && refusal(pair, verdicts, may('propose'));
    if (command === 'match' || command === 'no_match' || command === 'unsure') {
      if (why !== undefined) return verdicts.setRemark(t(why));
      if (command === 'match') setDialog('merge');
      else say(command);
    }
  };
  const onKeyDown = useCommands(pairKeys, run);
  return (
    <>
      <TwoPane
        showing={showing}
        list={
          <ListPane
            query={list} head={<DuplicatesHead left={pairs.filter((one) => undecided(one) && !verdicts.journal.of(one.id)).length} more={list.hasNextPage} onCompare={() => setDialog('why')} />}
            empty={pairs.length === 0 ? <NothingAlike filtered={show !== undefined} /> : undefined}
          >
            <PickList
              label={t('duplicates.list')} items={pairs} selected={pair?.id} onKeyDown={onKeyDown}
              onSelect={(id) => {
                select(pairs.findIndex((one) => one.id === id));
                setShowing('detail');
              }}
              more={list.hasNextPage && (() => void list.fetchNextPage())} render={(one) => <PairRow pair={one} verdicts={verdicts} />}
            />
          </ListPane>
        }
        detail={
          <section ref={detail} className="pane" style={{ flex: 1 }} aria-label={t('duplicates.pair')} onKeyDown={onKeyDown}>
            <PairDetail pair={pair} waterfall={waterfall} verdicts={verdicts} onBack={() => setShowing('list')} />
            {pair && may('propose') && <VerdictBar verdicts={verdicts} run={run} waterfall={waterfall} />}
          </section>
        }
      />
      {dialog === 'merge' && pair && <MergeSheet pair={pair} onClose={close} onMerge={(chosen) => say('match', chosen)} />}
      {dialog === 'help' && <KeySheet keys={keyWords(t)} onClose={close} />}
      {dialog === 'why' && <WhyDialog onClose={close} />}
    </>
  );
}

/** What the list shows: by default what is to be decided. */
export function stateOf(show: string | undefined): CandidateState | undefined {
  if (show === undefined) return 'in_review';
  return show === 'all' ? undefined : (show as CandidateState);
}

export function labelOf(pair: Pick<MatchCandidate, 'left' | 'right'>): string {
  return `${pair.left.code} = ${pair.right.code}`;
}

/** Why no verdict can be given here; the key of the sentence. */
function refusal(pair: MatchCandidate, verdicts: Verdicts, editable: boolean): string | undefined {
  if (!editable) return 'duplicates.read_only';
  const entry = verdicts.journal.of(pair.id);
  if (entry && (entry.state === 'decided' || entry.state === 'sending' || entry.state === 'kept')) return 'duplicates.already';
  return undecided(pair) || pair.state === 'unsure' ? undefined : 'duplicates.already';
}

function verdictOn(pair: MatchCandidate, word: Said['word'], chosen: Chosen | undefined): Said {
  return { domain: pair.domain, left: pair.left.side, right: pair.right.side, word, ...chosen };
}

/** The next page is fetched before its first row is reached. */
function useMore(list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }, selected: number, loaded: number) {
  const near = list.hasNextPage && !list.isFetchingNextPage && loaded > 0 && selected > loaded - 20;
  useEffect(() => {
    if (near) void list.fetchNextPage();
  }, [near, list]);
}

function PairRow({ pair, verdicts }: { pair: MatchCandidate; verdicts: Verdicts }) {
  const { t } = useTranslation();
  const entry = verdicts.journal.of(pair.id);
  const step = confidenceOf(pair);
  const said = entry ? (entry.state === 'decided' ? t(`verdict.${entry.item.word}`) : t(`verdict.${entry.state}`)) : undecided(pair) ? '' : t(`candidate_state.${pair.state}`);
  const same = pair.left.label === pair.right.label;
  return (
    <>
      <ToneIcon tone={entry ? (entry.state === 'decided' ? 'good' : entry.state === 'sending' ? 'active' : 'wait') : confidenceTones[step]} />
      <span className="main">
        <span className="title">{same ? pair.left.label : `${pair.left.label} · ${pair.right.label}`}</span>
        <span className="what">
          {said && <><b>{said}</b> · </>}
          <span className="mono">{pair.left.code}</span> {t('duplicates.and')} <span className="mono">{pair.right.code}</span>
        </span>
      </span>
      <span className="side">
        {t(`confidence.${step}`)}
        <br />
        {percentOf(pair.probability)}
      </span>
    </>
  );
}

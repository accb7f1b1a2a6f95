import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pairKeys, type Command } from '../../lib/keys';
import { byCode, confidenceOf, confidenceTones, percentOf, recordSide, undecided, type CodeChoice } from '../../lib/verdicts';
import { duplicatesRoute } from '../../router';
import { useSession } from '../../session/Session';
import { ToneIcon } from '../../ui/Bits';
import { ListPane } from '../../ui/ListPane';
import { moved, PickList } from '../../ui/PickList';
import { TwoPane } from '../../ui/TwoPane';
import { useCommands } from '../../ui/useCommands';
import { CodeDetail } from './CodeDetail';
import { DuplicatesHead, NothingAlike } from './DuplicatesHead';
import { stateOf } from './PairsView';
import { useCandidates, useReload, type MatchCandidate } from './useMatches';
import { useVerdicts, type Said, type Verdicts } from './useVerdicts';
import { VerdictBar } from './VerdictBar';

/** How many candidates of a code are shown: further ones are hardly ever right. */
const most = 5;

/** A system's unmapped codes: which of these records is it, or none of them. */
export function CodesView({ system }: { system: string }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { show } = duplicatesRoute.useSearch();
  const list = useCandidates({ merges: false, system, state: stateOf(show) });
  const codes = byCode(list.pages.flat());
  const [selected, select] = useState(0);
  const [showing, setShowing] = useState<'list' | 'detail'>('list');
  const [waterfall, setWaterfall] = useState(true);
  const reload = useReload();
  const code = codes[selected];
  const open = (at: number) => codes[at]?.candidates.some(undecided) ?? false;
  const verdicts = useVerdicts({ ids: codes.map((one) => one.id), selected, select, open });
  useEffect(() => select(0), [show]);

  const decide = (command: Command) => {
    const choice = wordsOn(code, command);
    if (!code || !choice) return;
    if (!may('propose')) return verdicts.setRemark(t('duplicates.read_only'));
    const entry = verdicts.journal.of(code.id);
    if ((entry && entry.state !== 'conflict' && entry.state !== 'refused') || !open(selected)) return verdicts.setRemark(t('duplicates.already'));
    verdicts.give({ id: code.id, label: code.code }, choice.word, choice.verdicts);
  };
  const run = (command: Command) => {
    const next = moved(command, codes.map((one) => one.id), code?.id);
    if (next) select(codes.findIndex((one) => one.id === next));
    else if (command === 'open' || command === 'back') setShowing(command === 'open' ? 'detail' : 'list');
    else if (command === 'waterfall') setWaterfall((on) => !on);
    else if (command === 'reload') reload();
    else if (command === 'undo') void (may('propose') && verdicts.undo());
    else decide(command);
  };
  const onKeyDown = useCommands(pairKeys, run);
  return (
    <TwoPane
      showing={showing}
      list={
        <ListPane
          query={list} head={<DuplicatesHead left={codes.filter((one, at) => open(at) && !verdicts.journal.of(one.id)).length} more={list.hasNextPage} />}
          empty={codes.length === 0 ? <NothingAlike filtered={show !== undefined} /> : undefined}
        >
          <PickList
            label={t('duplicates.codes')} items={codes} selected={code?.id} onKeyDown={onKeyDown}
            onSelect={(id) => {
              select(codes.findIndex((one) => one.id === id));
              setShowing('detail');
            }}
            more={list.hasNextPage && (() => void list.fetchNextPage())} render={(one) => <CodeRow code={one} verdicts={verdicts} />}
          />
        </ListPane>
      }
      detail={
        <section className="pane" style={{ flex: 1 }} aria-label={t('duplicates.code')} onKeyDown={onKeyDown}>
          <CodeDetail code={code && { ...code, candidates: shownOf(code) }} waterfall={waterfall} run={may('propose') ? run : undefined} verdicts={verdicts} onBack={() => setShowing('list')} />
          {code && may('propose') && <VerdictBar verdicts={verdicts} run={run} waterfall={waterfall} code />}
        </section>
      }
    />
  );
}

function shownOf(code: CodeChoice): MatchCandidate[] {
  return code.candidates.slice(0, most);
}

/** What a key says of a code: it is one of the candidates, or none of those shown, or one cannot say. */
function wordsOn(code: CodeChoice | undefined, command: Command): { word: Said['word']; verdicts: Said[] } | undefined {
  const shown = code ? shownOf(code) : [];
  const on = (one: MatchCandidate, word: Said['word']): Said => ({ domain: one.domain, left: one.left.side, right: one.right.side, word });
  if (command === 'match' || command.startsWith('pick_')) {
    const one = shown[command === 'match' ? 0 : Number(command.slice('pick_'.length)) - 1];
    return one && { word: 'match', verdicts: [on(one, 'match')] };
  }
  if (command !== 'no_match' && command !== 'unsure') return undefined;
  return { word: command, verdicts: shown.filter(undecided).map((one) => on(one, command)) };
}

function CodeRow({ code, verdicts }: { code: CodeChoice; verdicts: Verdicts }) {
  const { t } = useTranslation();
  const entry = verdicts.journal.of(code.id);
  const [best] = code.candidates;
  if (!best) return null;
  const step = confidenceOf(best);
  const said = entry ? t(entry.state === 'decided' ? `verdict.${entry.item.word}` : `verdict.${entry.state}`) : code.candidates.some(undecided) ? '' : t(`candidate_state.${best.state}`);
  return (
    <>
      <ToneIcon tone={entry ? (entry.state === 'decided' ? 'good' : 'wait') : confidenceTones[step]} />
      <span className="main">
        <span className="title"><code>{code.code}</code> {code.label !== code.code && code.label}</span>
        <span className="what">{said && <><b>{said}</b> · </>}{recordSide(best).label}</span>
      </span>
      <span className="side">
        {t(`confidence.${step}`)}
        <br />
        {percentOf(best.probability)}
      </span>
    </>
  );
}

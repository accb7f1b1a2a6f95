import { useTranslation } from 'react-i18next';
import { useLocale } from '../lib/useLocale';
import type { Value } from '../api/types';
import { lookAlike } from '../lib/lookalikes';
import { delta } from '../lib/numbers';
import { measured, saysTheSame, type LanguagePair } from '../lib/values';
import { DiffValue, LanguageMark, PlainValue } from './ValueCell';

/** One attribute, with golden's (or the earlier) side and the system's (or the later) side. */
export interface Compared {
  attribute: string;
  label: string;
  golden: Value | undefined;
  source: Value | undefined;
  goldenText: string;
  sourceText: string;
  differs: boolean;
  tolerated: boolean;
  /** What they say language by language, where the attribute is told in several. */
  languages?: LanguagePair[] | undefined;
  /** False where the system says nothing of the attribute: it is not compared. */
  supplied?: boolean;
}

/** The values of one side, where the other has no record to compare with. */
export function OneSided({ rows, side, caption, heading }: { rows: Compared[]; side: 'golden' | 'source'; caption: string; heading: string }) {
  const { t } = useTranslation();
  return (
    <table className="table">
      <caption className="hidden-words">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('queue.field')}</th>
          <th scope="col">{heading}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.attribute}>
            <th scope="row">{row.label}</th>
            <td><PlainValue text={side === 'golden' ? row.goldenText : row.sourceText} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Attributes side by side. */
export function DiffTable({ rows, caption, left, right, state = true }: {
  rows: Compared[];
  caption: string;
  left: string;
  right: string;
  state?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <table className="table diff" data-state={state || undefined}>
      <caption className="hidden-words">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t('queue.field')}</th>
          <th scope="col">{left}</th>
          <th scope="col">{right}</th>
          {state && <th scope="col">{t('queue.state')}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.attribute}>
            <th scope="row">{row.label}</th>
            <Sides row={row} />
            {state && <td className="small"><RowState row={row} /></td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sides({ row }: { row: Compared }) {
  const { t } = useTranslation();
  if (silent(row)) {
    return (
      <>
        <td className="muted"><PlainValue text={row.goldenText} /></td>
        <td className="muted small">{t('queue.not_supplied')}</td>
      </>
    );
  }
  if (!row.differs) {
    return (
      <>
        <td className="muted"><PlainValue text={row.goldenText} /></td>
        <td className="muted"><PlainValue text={row.sourceText} /></td>
      </>
    );
  }
  if (row.languages) return <LanguageSides pairs={row.languages} />;
  // numbers are marked whole: which digits differ says nothing
  const whole = measured(row.golden ?? row.source) !== undefined;
  const { goldenText: golden, sourceText: source } = row;
  return (
    <>
      <td><DiffValue golden={golden} source={source} side="golden" whole={whole} /></td>
      <td>
        <DiffValue golden={golden} source={source} side="source" whole={whole} />
        <NumberDelta golden={row.golden} source={row.source} />
      </td>
    </>
  );
}

/** Both sides in each language in which they differ. */
function LanguageSides({ pairs }: { pairs: LanguagePair[] }) {
  return (['golden', 'source'] as const).map((side) => (
    <td key={side}>
      {pairs.map((pair) => (
        <div key={pair.language}>
          <LanguageMark language={pair.language} />
          <DiffValue golden={pair.golden} source={pair.source} side={side} />
        </div>
      ))}
    </td>
  ));
}

/** Nothing to compare: the system does not supply the attribute. */
function silent(row: Compared): boolean {
  return row.supplied === false && row.sourceText === '' && !row.differs;
}

function NumberDelta({ golden, source }: { golden: Value | undefined; source: Value | undefined }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const ours = measured(golden);
  const theirs = measured(source);
  if (!ours || !theirs) return null;
  const found = delta(ours, theirs);
  if (found.kind === 'factor') {
    const factor = new Intl.NumberFormat(locale, { maximumFractionDigits: 9 }).format(found.factor);
    return <span className="delta">{t('value.factor', { factor })}</span>;
  }
  if (found.kind !== 'percent') return null;
  if (Math.abs(found.percent) < 0.01) return <span className="delta">{t('value.under')}</span>;
  const percent = new Intl.NumberFormat(locale, { signDisplay: 'always', maximumFractionDigits: 2 }).format(found.percent);
  return <span className="delta">{t('value.percent', { percent })}</span>;
}

function RowState({ row }: { row: Compared }) {
  const { t } = useTranslation();
  if (silent(row)) return <span className="muted">{t('queue.not_compared')}</span>;
  if (row.tolerated && !saysTheSame(row.golden, row.source)) return <span className="muted">{t('queue.tolerated')}</span>;
  if (!row.differs) return <span className="muted">{t('queue.same')}</span>;
  if (row.sourceText === '') return <>{t('queue.only_golden')}</>;
  if (row.goldenText === '') return <>{t('queue.only_source')}</>;
  if (lookAlike(row.goldenText, row.sourceText)) return <b>{t('value.look_alike')}</b>;
  return <>{t('queue.differs')}</>;
}

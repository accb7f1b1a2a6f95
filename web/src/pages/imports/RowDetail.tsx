import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import { useNames } from '../../api/queries';
import type { Import, ImportNote, ImportRow } from '../../api/types';
import { standing } from '../../lib/words';
import { displayValue, inDifferingLanguages, sameValue } from '../../lib/values';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { DiffTable } from '../../ui/DiffTable';
import { DetailPane } from '../../ui/ListPane';
import { PlainValue } from '../../ui/ValueCell';
import { importTones } from '../../ui/tones';
import { PutRight, TakeSuggestion } from './PutRight';
import { Questions } from './Questions';
import { useFieldLabel, useFields } from './useImport';

/** One row: what it says, what was noticed at its cells, what would change, and the ways to put it right here. */
export function RowDetail({ found, row, onBack }: { found: Import; row: ImportRow; onBack: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const names = useNames();
  const label = row.code || row.target || t('imports.line_nr', { line: row.line });
  const open = found.state === 'previewed' && row.request_id === '' && may('propose');
  return (
    <DetailPane label={label} onBack={onBack}>
      <div className="stack" style={{ gap: 4 }}>
        <div className="facts">
          <span>{[row.sheet, t('imports.line_nr', { line: row.line })].filter(Boolean).join(', ')}</span>
          {row.system && <span>{[names.system(row.system), row.plant].filter(Boolean).join(', ')}</span>}
          {row.request_id && <Link to="/requests/$id" params={{ id: row.request_id }}>{t('imports.to_request')}</Link>}
        </div>
        <h2 className="mono"><PlainValue text={label} /></h2>
        <span className="line"><Tag tone={importTones[row.status]}>{t(`import_status.${row.status}`)}</Tag>{row.message && <span className="dense">{standing(row.message)}</span>}</span>
      </div>
      <Notes found={found} row={row} open={open} />
      {open && row.status === 'conflict' && <Questions found={found} row={row} />}
      <Changes found={found} row={row} />
      {open && found.kind === 'mapping' && !leftOut(row) && <PutRight found={found} row={row} />}
      <AsRead found={found} row={row} />
    </DetailPane>
  );
}

/** A row that was not taken, such as one of sums, says only why. */
const leftOut = (row: ImportRow) => row.code === '' && row.target === '' && Object.keys(row.extra).length === 0;

function Notes({ found, row, open }: { found: Import; row: ImportRow; open: boolean }) {
  const { t } = useTranslation();
  if (row.notes.length === 0) return null;
  return (
    <section className="section">
      <h3>{t('imports.noticed')}</h3>
      <ul className="notes" aria-label={t('imports.noticed')}>
        {row.notes.map((note, index) => <Note key={index} found={found} row={row} note={note} open={open} />)}
      </ul>
    </section>
  );
}

function Note({ found, row, note, open }: { found: Import; row: ImportRow; note: ImportNote; open: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="note" data-weight={note.weight}>
      <span className="line">
        {note.cell && <code>{note.cell}</code>}
        <b>{t(`import_note.${note.kind}`, { defaultValue: note.kind })}</b>
        <span className="small muted">{t(`imports.weight_${note.weight}`)}</span>
      </span>
      <span>{standing(note.message)}</span>
      {note.suggestion && (
        <span className="line">
          <span className="muted">{t('imports.suggestion')}</span> <PlainValue text={note.suggestion} />
          {open && <TakeSuggestion found={found} row={row} note={note} />}
        </span>
      )}
    </li>
  );
}

/** What is known and what the row says, where they differ. */
function Changes({ found, row }: { found: Import; row: ImportRow }) {
  const { t, i18n } = useTranslation();
  const labelOf = useFieldLabel(found.kind);
  if (row.changes.length === 0) return null;
  const rows = row.changes.map(({ attribute, label, before, after }) => ({
    attribute, label: labelOf(attribute, label), golden: before, source: after,
    goldenText: displayValue(before, i18n.language), sourceText: displayValue(after, i18n.language),
    differs: !sameValue(before, after), tolerated: false, languages: inDifferingLanguages(before, after, i18n.language, true),
  }));
  return (
    <section className="section">
      <h3>{t('imports.changes')}</h3>
      <DiffTable rows={rows} caption={t('imports.changes')} left={t('imports.known')} right={t('imports.said')} state={false} />
    </section>
  );
}

/** The cells of the row, by what their columns hold. */
function AsRead({ found, row }: { found: Import; row: ImportRow }) {
  const { t } = useTranslation();
  const fields = useFields(found).data ?? [];
  const cells = Object.entries(row.extra).filter(([, text]) => text !== '');
  if (cells.length === 0) return null;
  return (
    <section className="section">
      <h3 id="as-read">{t('imports.as_read')}</h3>
      <dl className="cells" aria-labelledby="as-read">
        {cells.map(([field, text]) => (
          <div key={field} style={{ display: 'contents' }}>
            <dt>{fields.find((one) => one.field === field)?.label ?? field}</dt>
            <dd><PlainValue text={text} /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

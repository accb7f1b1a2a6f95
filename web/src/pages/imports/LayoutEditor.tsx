import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants } from '../../api/queries';
import type { Import, ImportField, ImportLayout, ImportSample, ImportSampleRow, ImportSheet } from '../../api/types';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Loaded } from '../../ui/Loaded';
import { ProblemBox } from '../../ui/Problem';
import { Tick } from '../../ui/Tick';
import { alone, choicesOf, columnsOf, missing, withColumn, withHead, type Choice } from './layout';
import { SampleGrid } from './SampleGrid';
import { useFields, useSetLayout } from './useImport';

/** How the file is read: which sheet, which row is the head, what each column holds; to be corrected where the guess is wrong. */
export function LayoutEditor({ found, onDone }: { found: Import; onDone: () => void }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const fields = useFields(found);
  const sheets = useQuery({
    queryKey: ['imports', 'sheets', found.id, found.revision], staleTime: Infinity,
    queryFn: async ({ signal }) => (await client.get<{ sheets: ImportSheet[] | null }>(`/imports/${found.id}/sheets`, { signal })).sheets ?? [],
  });
  return (
    <div className="page-body">
      <Why found={found} />
      <Loaded query={sheets}>
        {(all) => <Loaded query={fields}>{(known) => <Editor key={`${found.revision}`} found={found} sheets={all} fields={known} onDone={onDone} />}</Loaded>}
      </Loaded>
      <p className="small muted">{t('imports.layout_kept')}</p>
    </div>
  );
}

/** Where the layout comes from: a person, an earlier file, a guess; and what the guess lacks. */
function Why({ found }: { found: Import }) {
  const { t } = useTranslation();
  const asks = found.state === 'asking';
  const from = found.profile ? t('imports.layout_profile', { name: found.profile.name }) : found.guessed ? t('imports.layout_guessed') : t('imports.layout_said');
  return (
    <div className="banner" data-tone={asks ? 'wait' : undefined}>
      <div className="stack" style={{ gap: 4 }}>
        <p>{asks && found.message ? standing(found.message) : from}</p>
        {asks && found.message && <p className="muted">{from}</p>}
      </div>
    </div>
  );
}

function Editor({ found, sheets, fields, onDone }: { found: Import; sheets: ImportSheet[]; fields: ImportField[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { client, may } = useSession();
  const plants = usePlants().data?.items ?? [];
  const [layout, setLayout] = useState(found.layout);
  const sheet = layout.sheet || sheets.find((one) => !one.hidden)?.name || sheets[0]?.name || '';
  const sample = useQuery({
    queryKey: ['imports', 'sample', found.id, found.revision, sheet], staleTime: Infinity, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.get<ImportSample>(`/imports/${found.id}/sample`, { query: { sheet, rows: 30 }, signal }),
  });
  const spread = found.kind === 'mapping' && found.system === '';
  const choices = choicesOf(fields, spread ? plants.map(({ id, name }) => ({ id, label: t('imports.codes_of', { plant: name || id }) })) : []);
  const save = useSetLayout(found, onDone);
  const lacking = missing(layout, choices);
  return (
    <div className="stack">
      <Sheets sheets={sheets} shown={sheet} onPick={(name) => setLayout({ ...layout, sheet: name, header_row: 1, header_rows: 1, columns: [] })} />
      <Loaded query={sample}>
        {({ rows }) => (
          <SampleGrid
            rows={rows} layout={layout} choices={choices} label={sheet || found.file_name}
            onHead={(line) => setLayout(withHead(layout, rows, line, Math.max(1, layout.header_rows), choices))}
            onColumn={(column, choice) => setLayout(withColumn(heard(layout, rows), headAt(layout, rows, column), choice))}
            onChosen={(column) => setLayout(alone(layout, column))}
          />
        )}
      </Loaded>
      <Options
        layout={layout} several={sheets.filter((one) => !one.hidden).length > 1} onChange={setLayout}
        onStacked={(stacked) => setLayout(withHead(layout, sample.data?.rows ?? [], layout.header_row, stacked ? 2 : 1, choices))}
      />
      <Lacking choices={lacking} />
      {save.isError && <ProblemBox thrown={save.error} safe={t('problem.kept')} />}
      {may('propose') && (
        <Button variant="filled" style={{ justifySelf: 'start' }} disabled={lacking.length > 0 || layout.header_row < 1} loading={save.isPending} onClick={() => save.mutate({ ...layout, sheet })}>
          {t('imports.layout_save')}
        </Button>
      )}
    </div>
  );
}

const headAt = (layout: ImportLayout, rows: ImportSampleRow[], column: number) =>
  columnsOf(rows, layout.header_row, layout.header_rows).find((one) => one.column === column) ?? { column, header: '' };

/** A layout in which every column stands, so that a profile is recognised by all heads. */
function heard(layout: ImportLayout, rows: ImportSampleRow[]): ImportLayout {
  const said = layout.columns;
  const rest = columnsOf(rows, layout.header_row, layout.header_rows).filter(({ column }) => !said.some((one) => one.column === column));
  return { ...layout, columns: [...said, ...rest.map((one) => ({ ...one, field: '', plant: '', language: '' }))] };
}

function Sheets({ sheets, shown, onPick }: { sheets: ImportSheet[]; shown: string; onPick: (name: string) => void }) {
  const { t } = useTranslation();
  if (sheets.length < 2) return null;
  return (
    <div className="line" role="group" aria-label={t('imports.sheets')}>
      {sheets.map((one) => (
        <button key={one.name} type="button" className="chip" aria-pressed={one.name === shown} onClick={() => onPick(one.name)}>
          {one.hidden ? t('imports.sheet_hidden', { name: one.name }) : one.name}
          {one.rows > 0 && <b>{one.rows}</b>}
        </button>
      ))}
    </div>
  );
}

function Lacking({ choices }: { choices: Choice[] }) {
  const { t } = useTranslation();
  if (choices.length === 0) return null;
  return <p role="status" className="dense">{t('imports.layout_missing', { fields: choices.map((one) => one.label).join(', ') })}</p>;
}

const dateOrders = ['dmy', 'mdy', 'ymd'] as const;

function Options({ layout, several, onChange, onStacked }: {
  layout: ImportLayout;
  several: boolean;
  onChange: (layout: ImportLayout) => void;
  onStacked: (stacked: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="options">
      <NativeSelect
        label={t('imports.decimal')} value={layout.decimal || '.'} data={[{ value: '.', label: t('imports.decimal_point') }, { value: ',', label: t('imports.decimal_comma') }]}
        onChange={(event) => onChange({ ...layout, decimal: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('imports.date_order')} value={layout.date_order || 'dmy'} data={dateOrders.map((value) => ({ value, label: t(`imports.order_${value}`) }))}
        onChange={(event) => onChange({ ...layout, date_order: event.currentTarget.value })}
      />
      <Tick label={t('imports.stacked')} checked={layout.header_rows === 2} onChange={onStacked} />
      <Tick label={t('imports.split_codes')} checked={layout.split_codes} onChange={(on) => onChange({ ...layout, split_codes: on })} />
      <Tick label={t('imports.skip_hidden')} checked={layout.skip_hidden} onChange={(on) => onChange({ ...layout, skip_hidden: on })} />
      {several && <Tick label={t('imports.every_sheet')} checked={layout.every_sheet} onChange={(on) => onChange({ ...layout, every_sheet: on })} />}
      {layout.encoding && <span className="small muted">{t('imports.csv', { encoding: layout.encoding, delimiter: delimiterWord(layout.delimiter) })}</span>}
    </div>
  );
}

/** A delimiter as it can be seen. */
const delimiterWord = (delimiter: string) => (delimiter === '\t' ? 'Tab' : delimiter);

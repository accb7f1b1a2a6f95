import { Button, NativeSelect } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSystems } from '../../api/queries';
import type { Import } from '../../api/types';
import { Download } from '../../ui/Download';
import { ProblemBox } from '../../ui/Problem';
import { useLanguage } from '../../lib/useLanguage';
import { domainsFor, fitting, kinds, maySpread, refusal, systemCounts, type Declared } from './declare';
import { DropZone } from './DropZone';
import { Progress } from './Progress';
import { useUpload } from './useImport';

/** Sends a file to be read and judged, declared to be something; nothing changes by it. */
export function Upload({ onUploaded }: { onUploaded: (made: Import) => void }) {
  const { t } = useTranslation();
  const systems = useSystems().data?.items ?? [];
  const [said, setSaid] = useState<Declared>();
  const declared = fitting(said ?? { kind: 'mapping', system: (systems.find((one) => one.plant !== '') ?? systems[0])?.id ?? '', domain: '' }, systems);
  const [file, setFile] = useState<File>();
  const [remark, setRemark] = useState('');
  const upload = useUpload(onUploaded);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const refused = refusal(file);
    setRemark(refused ? t(`imports.refused_${refused}`) : '');
    if (refused || !file) return;
    upload.mutate({ file, declared: { ...declared, plant: systems.find((one) => one.id === declared.system)?.plant ?? '' } });
  };
  const choose = (next: File | undefined) => {
    setFile(next);
    setRemark('');
    upload.reset();
  };
  return (
    <section className="section" aria-labelledby="upload">
      <h2 id="upload" style={{ fontSize: 15 }}>{t('imports.upload')}</h2>
      <form className="stack upload" onSubmit={send} noValidate>
        <DropZone file={file} onFile={choose} />
        <Kinds kind={declared.kind} onKind={(kind) => setSaid({ ...declared, kind })} />
        <Of declared={declared} onChange={setSaid} />
        {upload.isPending ? (
          <div className="line">
            <Progress label={t('imports.sending')} percent={Math.floor(upload.sent * 100)} />
            <Button onClick={upload.stop}>{t('imports.stop')}</Button>
          </div>
        ) : (
          <div className="line">
            <Button type="submit" variant="filled">{t('imports.check')}</Button>
            <Template declared={declared} />
          </div>
        )}
        {remark && <p role="alert" className="dense" style={{ color: 'var(--xw-bad)' }}>{remark}</p>}
        {upload.isError && <ProblemBox thrown={upload.error} safe={t('problem.kept')} />}
      </form>
    </section>
  );
}

function Kinds({ kind: chosen, onKind }: { kind: Declared['kind']; onKind: (kind: Declared['kind']) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="kinds">
      <legend className="dense">{t('imports.kind')}</legend>
      {kinds.map((kind) => (
        <label key={kind} className="kind">
          <input type="radio" name="kind" value={kind} checked={kind === chosen} onChange={() => onKind(kind)} />
          <span>
            <b>{t(`import_kind.${kind}`)}</b>
            <span className="small muted">{t(`import_kind_help.${kind}`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** Whose the file is, and what it is about. */
function Of({ declared, onChange }: { declared: Declared; onChange: (next: Declared) => void }) {
  const { t } = useTranslation();
  const systems = useSystems().data?.items ?? [];
  const several = maySpread(declared.kind) ? [{ value: '', label: t('imports.several') }] : [];
  return (
    <div className="line" style={{ alignItems: 'flex-end', gap: 12 }}>
      {systemCounts(declared.kind) && (
        <NativeSelect
          label={t('imports.system')} value={declared.system} data={[...systems.map((one) => ({ value: one.id, label: one.name })), ...several]}
          onChange={(event) => onChange({ ...declared, system: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        label={t('imports.domain')} value={declared.domain}
        data={domainsFor(declared, systems).map((value) => ({ value, label: t(`domain_name.${value}`, { defaultValue: value }) }))}
        onChange={(event) => onChange({ ...declared, domain: event.currentTarget.value })}
      />
    </div>
  );
}

/** A table to begin with: an empty one, or what there is, to be edited. */
function Template({ declared: { kind, system, domain } }: { declared: Declared }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (kind === 'golden') {
    return <Download path="/exports/records.xlsx" query={{ domain, language }} name={`crosswalk-${domain}.xlsx`}>{t('export.records')}</Download>;
  }
  return (
    <>
      <Download path="/exports/template.xlsx" query={{ kind, system, domain, language }} name={`crosswalk-${kind}-${domain}.xlsx`}>{t('export.template')}</Download>
      {kind === 'mapping' && system !== '' && (
        <Download path="/exports/mappings.xlsx" query={{ system, domain, language }} name={`crosswalk-mappings-${system}.xlsx`}>{t('export.current')}</Download>
      )}
    </>
  );
}

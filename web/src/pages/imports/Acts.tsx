import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Import } from '../../api/types';
import { newId } from '../../lib/ids';
import { useSession } from '../../session/Session';
import { useAnnounce } from '../../ui/Announcer';
import { Download } from '../../ui/Download';
import { ProblemBox } from '../../ui/Problem';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { useFailure } from '../../ui/Toaster';
import { Mend } from './Mend';
import { cancellable, handedIn, judged, submittable } from './stages';
import { useImportAct } from './useImport';

/** What can be done with an import as a whole. */
export function Acts({ found }: { found: Import }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const name = found.file_name.replace(/\.[^.]*$/, '');
  const { faulty } = handedIn(found.counts);
  const rows = judged(found.state) && found.state !== 'submitting';
  return (
    <span className="line push">
      {may('propose') && cancellable(found.state) && <Cancel found={found} />}
      {rows && <Download path={`/imports/${found.id}/errors.xlsx`} name={`${name}-checked.xlsx`}>{t('imports.errors')}</Download>}
      {rows && may('propose') && faulty > 0 && <Mend found={found} />}
      {may('propose') && found.state === 'previewed' && (submittable(found) ? <Submit found={found} /> : <span className="dense muted">{t('imports.nothing_new')}</span>)}
    </span>
  );
}

/** Gives it up: at once while nobody has looked at it, after a question once there is work in it. */
function Cancel({ found }: { found: Import }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const announce = useAnnounce();
  const fail = useFailure();
  const [asking, setAsking] = useState(false);
  const cancel = useImportAct(found.id, () => client.post<Import>(`/imports/${found.id}/cancellation`, { body: {} }), () => {
    setAsking(false);
    announce(t('imports.cancelled'));
  });
  const first = found.state === 'previewed' ? () => setAsking(true) : () => cancel.mutate(undefined, { onError: fail });
  return (
    <>
      <Button loading={cancel.isPending && !asking} onClick={first}>{t('imports.cancel')}</Button>
      {asking && (
        <Modal opened onClose={() => setAsking(false)} title={t('imports.cancel')} closeButtonProps={{ 'aria-label': t('action.close') }}>
          <div className="form">
            <p>{t('imports.cancel_help')}</p>
            {cancel.isError && <ProblemBox thrown={cancel.error} safe={t('problem.kept')} />}
            <div className="form-foot">
              <Button data-autofocus onClick={() => setAsking(false)}>{t('imports.keep')}</Button>
              <Button variant="filled" loading={cancel.isPending} onClick={() => cancel.mutate(undefined)}>{t('imports.cancel')}</Button>
            </div>
          </div>
        </Modal>
      )}
    </>
  );
}

function Submit({ found }: { found: Import }) {
  const { t } = useTranslation();
  const { client } = useSession();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const [strict, setStrict] = useState(false);
  const [key] = useState(newId);
  const { good, faulty } = handedIn(found.counts);
  const submit = useImportAct(
    found.id, (reason: string) => client.post<Import>(`/imports/${found.id}/submission`, { body: { reason, strict }, idempotencyKey: `${key}-${String(strict)}` }),
    () => {
      setAsking(false);
      announce(t('imports.submitted'));
    },
  );
  return (
    <>
      <Button variant="filled" onClick={() => setAsking(true)}>{t('imports.submit')}</Button>
      {asking && (
        <ReasonDialog
          title={t('imports.submit_title')} help={t('imports.submit_help')} submit={t('imports.submit')} busy={submit.isPending} problem={submit.error}
          onClose={() => setAsking(false)} onSubmit={(reason) => submit.mutate(reason)}
        >
          <p className="dense">{t('imports.submit_rows', { count: good })}</p>
          {found.kind === 'records-complete' && <p className="dense">{t('imports.absent', { count: found.absent })}</p>}
          {faulty > 0 && <Faulty faulty={faulty} strict={strict} onStrict={setStrict} />}
        </ReasonDialog>
      )}
    </>
  );
}

/** What shall be done while some rows are faulty: hand in the others, or none. */
function Faulty({ faulty, strict, onStrict }: { faulty: number; strict: boolean; onStrict: (strict: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="kinds" style={{ gridTemplateColumns: '1fr' }}>
      <legend className="dense">{t('imports.faulty', { count: faulty })}</legend>
      {[false, true].map((all) => (
        <label key={String(all)} className="kind">
          <input type="radio" name="strict" checked={strict === all} onChange={() => onStrict(all)} />
          <span>{t(all ? 'imports.all_or_nothing' : 'imports.good_rows')}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { Button, Modal, Textarea } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemBox } from './Problem';

export interface ReasonDialogProps {
  title: string;
  help: string;
  submit: string;
  busy: boolean;
  problem: unknown;
  /** What else it asks, above the reason. */
  children?: ReactNode;
  onSubmit: (reason: string) => void;
  onClose: () => void;
}

/** Asks for the reason of something that must not be done without one. */
export function ReasonDialog({ title, help, submit, busy, problem, children, onSubmit, onClose }: ReasonDialogProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') setMissing(true);
    else onSubmit(reason.trim());
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form className="form" onSubmit={send} noValidate>
        {children}
        <Textarea
          label={t('accept.reason')} description={help} value={reason} data-autofocus rows={3} maxLength={2000} required
          error={missing && reason.trim() === '' ? t('accept.reason_needed') : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {problem ? <ProblemBox thrown={problem} safe={t('problem.kept')} /> : null}
        <div className="form-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" variant="filled" loading={busy}>{submit}</Button>
        </div>
      </form>
    </Modal>
  );
}

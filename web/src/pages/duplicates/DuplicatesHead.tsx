import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { duplicatesRoute } from '../../router';
import { Empty, Key } from '../../ui/Bits';
import { KeySheet } from '../../ui/KeySheet';
import { StateBar } from './StateBar';
import { useMatchState, useReload } from './useMatches';

const showChoices = ['in_review', 'unsure', 'confirmed', 'rejected', 'unmerged', 'all'] as const;

/** Above the list: how far the evaluation is, how many are left, which ones show. */
export function DuplicatesHead({ left, more, onCompare }: { left: number; more: boolean; onCompare?: () => void }) {
  const { t } = useTranslation();
  const { show } = duplicatesRoute.useSearch();
  const navigate = useNavigate();
  const reload = useReload();
  const [help, setHelp] = useState(false);
  return (
    <>
      <div className="page-head">
        <span className="dense nowrap" data-testid="left">{t(more ? 'duplicates.left_more' : 'duplicates.left', { count: left })}</span>
        <NativeSelect
          className="push" style={{ width: 128 }} aria-label={t('queue.states')} value={show ?? 'in_review'}
          data={showChoices.map((value) => ({ value, label: t(`duplicates.show_${value}`) }))}
          onChange={(event) => {
            const next = event.currentTarget.value;
            void navigate({ to: '/duplicates', search: (old) => ({ tab: old.tab, show: next === 'in_review' ? undefined : next }) });
          }}
        />
        <Button onClick={reload} aria-keyshortcuts="R">{t('queue.reload')}<Key>R</Key></Button>
        <ActionIcon variant="default" size={30} aria-label={t('keys.title')} aria-keyshortcuts="?" onClick={() => setHelp(true)}>
          <Keyboard size={16} />
        </ActionIcon>
      </div>
      <StateBar onCompare={onCompare} />
      {help && <KeySheet keys={keyWords(t)} onClose={() => setHelp(false)} />}
    </>
  );
}

/** The keys of pairs and codes with their words, for the key sheet. */
export function keyWords(t: (key: string) => string): [string, string][] {
  return [
    ['J K ↓ ↑', t('keys.next')],
    ['Enter Esc', t('keys.open')],
    ['M', t('verdict.match')],
    ['N', t('verdict.no_match')],
    ['U', t('verdict.unsure')],
    ['1–5', t('keys.pick')],
    ['W', t('waterfall.title')],
    ['C', t('why.title')],
    ['Z', t('keys.undo')],
    ['R', t('keys.reload')],
    ['?', t('keys.help')],
  ];
}

/** An empty list, told apart: nothing was compared yet, nothing is alike, or nothing of this kind. */
export function NothingAlike({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  const state = useMatchState();
  if (state.data && !state.data.evaluated) return <Empty title={t('duplicates.not_evaluated')} hint={t('duplicates.not_evaluated_hint')} />;
  if (filtered) return <Empty title={t('duplicates.none_filter')} />;
  return <Empty title={t('duplicates.none')} hint={t('duplicates.none_hint')} />;
}

import { Button } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Command } from '../lib/keys';

interface PickListProps<T extends { id: string }> {
  label: string;
  items: T[];
  selected: string | undefined;
  onSelect: (id: string) => void;
  render: (item: T) => ReactNode;
  more?: (() => void) | false;
  onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void;
}

/** A list one of whose rows is open in the detail beside it. */
export function PickList<T extends { id: string }>({ label, items, selected, onSelect, render, more, onKeyDown }: PickListProps<T>) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) list.current?.querySelector(`[id="${optionId(selected)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const here = items.some((item) => item.id === selected);
  return (
    <div className="rows">
      <div
        ref={list} role="listbox" aria-label={label} tabIndex={0} onKeyDown={onKeyDown}
        aria-activedescendant={here && selected ? optionId(selected) : undefined}
      >
        {items.map((item, index) => (
          <div
            key={item.id} id={optionId(item.id)} role="option" className="row" data-plain aria-selected={item.id === selected}
            aria-posinset={index + 1} aria-setsize={more ? -1 : items.length} onClick={() => onSelect(item.id)}
          >
            {render(item)}
          </div>
        ))}
      </div>
      {more && (
        <div style={{ padding: 12 }}>
          <Button onClick={more}>{t('action.more')}</Button>
        </div>
      )}
    </div>
  );
}

function optionId(id: string): string {
  return `option-${id}`;
}

/** The ID that a movement leads to from the selected one, if any. */
export function moved(command: Command, ids: string[], selected: string | undefined): string | undefined {
  const at = selected ? ids.indexOf(selected) : -1;
  switch (command) {
    case 'next':
      return ids[Math.min(at + 1, ids.length - 1)];
    case 'previous':
      return ids[Math.max(at - 1, 0)];
    case 'first':
      return ids[0];
    case 'last':
      return ids[ids.length - 1];
    case 'page_down':
      return ids[Math.min(at + 10, ids.length - 1)];
    case 'page_up':
      return ids[Math.max(at - 10, 0)];
    default:
      return undefined;
  }
}

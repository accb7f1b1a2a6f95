import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { prefer, preference } from '../lib/preferences';

const narrowest = 25;
const widest = 65;

/** A list and its detail, 42 to 58 until somebody moves the divider; one of them at a time on a narrow screen. */
export function TwoPane({ list, detail, showing }: { list: ReactNode; detail: ReactNode; showing: 'list' | 'detail' }) {
  const [split, setSplit] = useState(() => bounded(Number(preference('split')) || 42));
  const move = (percent: number) => {
    setSplit(bounded(percent));
    prefer('split', String(bounded(percent)));
  };
  return (
    <div className="panes" data-showing={showing} style={{ '--split': `${split}%` } as React.CSSProperties}>
      <div className="pane pane-list">{list}</div>
      <Divider split={split} move={move} />
      <div className="pane pane-detail">{detail}</div>
    </div>
  );
}

function bounded(percent: number): number {
  return Math.min(widest, Math.max(narrowest, Math.round(percent)));
}

function Divider({ split, move }: { split: number; move: (percent: number) => void }) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const drag = (event: PointerEvent) => {
    const panes = element.current?.parentElement?.getBoundingClientRect();
    if (!panes || !element.current?.hasPointerCapture(event.pointerId)) return;
    move(((event.clientX - panes.left) / panes.width) * 100);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') move(split - 2);
    else if (event.key === 'ArrowRight') move(split + 2);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={element} className="divider" role="separator" tabIndex={0} aria-orientation="vertical" aria-label={t('list.pane')}
      aria-valuenow={split} aria-valuemin={narrowest} aria-valuemax={widest} onKeyDown={press} onPointerMove={drag}
      onPointerDown={(event) => element.current?.setPointerCapture(event.pointerId)}
    />
  );
}

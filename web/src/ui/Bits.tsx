import { Archive, Ban, CircleAlert, CircleCheck, CircleDot, Clock, Loader, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Tone } from './tones';

const icons: Record<Tone, LucideIcon> = { good: CircleCheck, bad: CircleAlert, wait: Clock, active: Loader, quiet: Ban, open: CircleDot };

/** The shape that stands for a tone, always beside a word. */
export function ToneIcon({ tone, size = 15 }: { tone: Tone; size?: number }) {
  const Icon = icons[tone];
  return <Icon size={size} data-tone={tone === 'open' ? 'active' : tone} aria-hidden="true" />;
}

/** A state in words, with a shape. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone === 'open' ? 'active' : tone}>
      <ToneIcon tone={tone} size={14} />
      {children}
    </span>
  );
}

/** A key as it stands on a button. Hidden from assistive technology: aria-keyshortcuts says it there. */
export function Key({ children }: { children: string }) {
  return (
    <kbd className="key" aria-hidden="true">
      {children}
    </kbd>
  );
}

/** What to do where there is nothing to show. */
export function Empty({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Archive size={16} aria-hidden="true" className="muted" />
      <p>{title}</p>
      {hint && <p className="muted dense">{hint}</p>}
      {children}
    </div>
  );
}

/** A thin bar over a pane that loads for more than 300 ms. */
export function LoadingBar({ active, label }: { active: boolean; label: string }) {
  if (!active) return null;
  return (
    <div className="bar">
      <span className="hidden-words">{label}</span>
    </div>
  );
}

/** A table's place while it is first loaded. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div aria-hidden="true" className="stack">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className="skeleton" style={{ width: `${40 + ((index * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

import { useRef, type KeyboardEvent, type ReactNode } from 'react';

/** Parts of a detail of which one shows; the arrow keys go from tab to tab. */
export function Tabs<T extends string>({ label, tabs, selected, onSelect, children }: {
  label: string;
  tabs: { id: T; label: string }[];
  selected: T;
  onSelect: (id: T) => void;
  children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === selected);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <>
      <div ref={list} className="tabs" role="tablist" aria-label={label} onKeyDown={press}>
        {tabs.map((tab) => (
          <button
            key={tab.id} id={`tab-${tab.id}`} type="button" role="tab" className="tab" aria-selected={tab.id === selected} aria-controls="tab-panel"
            tabIndex={tab.id === selected ? 0 : -1} onClick={() => onSelect(tab.id)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${selected}`} className="stack" tabIndex={0}>{children}</div>
    </>
  );
}

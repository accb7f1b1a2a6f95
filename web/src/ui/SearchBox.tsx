import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

/** A search that is taken over when typing pauses. */
export function SearchBox({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    if (typed.trim() === value) return;
    const pause = setTimeout(() => change.current(typed.trim()), 250);
    return () => clearTimeout(pause);
  }, [typed, value]);
  return (
    <TextInput
      style={{ flex: 1, minWidth: 140 }} type="search" aria-label={label} placeholder={label} leftSection={<Search size={14} />}
      value={typed} onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

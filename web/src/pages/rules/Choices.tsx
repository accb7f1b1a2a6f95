import { Checkbox } from '@mantine/core';

/** Things to tick. */
export function Choices({ legend, choices, chosen, disabled, onChange }: {
  legend: string;
  choices: { id: string; label: string }[];
  chosen: string[];
  disabled: boolean;
  onChange: (chosen: string[]) => void;
}) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {choices.map((one) => (
        <Checkbox
          key={one.id} label={one.label} disabled={disabled} checked={chosen.includes(one.id)}
          onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, one.id] : chosen.filter((other) => other !== one.id))}
        />
      ))}
    </fieldset>
  );
}

import { Tick } from '../../ui/Tick';

/** Things to tick. */
export function Choices({ legend, choices, chosen, disabled, onChange }: {
  legend: string;
  choices: { id: string; label: string }[];
  chosen: string[];
  disabled: boolean;
  onChange: (chosen: string[]) => void;
}) {
  return (
    <fieldset className="choices" tabIndex={disabled ? 0 : undefined}>
      <legend>{legend}</legend>
      {choices.map((one) => (
        <Tick
          key={one.id} label={one.label} disabled={disabled} checked={chosen.includes(one.id)}
          onChange={(on) => onChange(on ? [...chosen, one.id] : chosen.filter((other) => other !== one.id))}
        />
      ))}
    </fieldset>
  );
}

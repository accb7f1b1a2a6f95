import { Button } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { useDefinition, usePlants } from '../../api/queries';
import type { RecordRequestDetail } from '../../api/types';
import { attributesOf, faultsByField, fieldsOf, shownIn } from '../../lib/wishes';
import { AttributeInput } from '../../ui/AttributeInput';
import { Loaded } from '../../ui/Loaded';
import type { WishSteps } from './WishBar';

/** The steward's form: everything the record needs, what is missing said at its field. */
export function Completion({ wish, steps }: { wish: RecordRequestDetail; steps: WishSteps }) {
  const { t } = useTranslation();
  const definition = useDefinition(wish.domain);
  const plant = usePlants().data?.items.find((one) => one.id === wish.plant);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const language = plant?.languages?.[0] ?? 'en';
  return (
    <section className="section">
      <h3>{t('wishes.complete')}</h3>
      <Loaded query={definition}>
        {({ attributes }) => {
          const fields = fieldsOf(attributes, wish.plant);
          const faults = { ...faultsByField(wish.missing), ...(steps.problem ? faultsByField(asProblem(steps.problem).errors) : {}) };
          const send = (event: FormEvent) => {
            event.preventDefault();
            steps.take('attributes', { attributes: attributesOf(fields, typed, language, wish.attributes) });
          };
          return (
            <form className="form" onSubmit={send} noValidate>
              <div className="pair">
                {fields.map((one) => (
                  <AttributeInput
                    key={one.id} attribute={one} value={shownIn(typed, wish.attributes, one.id, language)} error={one.id in typed ? undefined : faults[one.id]}
                    onChange={(value) => setTyped({ ...typed, [one.id]: value })}
                  />
                ))}
              </div>
              <div className="form-foot">
                <Button type="submit" variant={Object.keys(typed).length > 0 ? 'filled' : 'default'} loading={steps.busy}>{t('wishes.attributes')}</Button>
              </div>
            </form>
          );
        }}
      </Loaded>
    </section>
  );
}

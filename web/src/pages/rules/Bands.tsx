import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlants } from '../../api/queries';
import type { ChangeRequest, MatchBand } from '../../api/types';
import { percentOf } from '../../lib/verdicts';
import { standing } from '../../lib/words';
import { useSession } from '../../session/Session';
import { Tag } from '../../ui/Bits';
import { Instant } from '../../ui/Instant';
import { Loaded } from '../../ui/Loaded';
import { usePropose } from '../../ui/Proposal';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { TableSection } from '../../ui/TableSection';
import { bandState, bandTones } from './bands';
import { domain, useBands } from './useRules';

/** How far each plant's automatic band is from being open, and what closed one. */
export function Bands({ onProposed }: { onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const bands = useBands();
  const [reopening, setReopening] = useState<string>();
  const columns = ['plant', 'band', 'progress', 'why'].map((column) => t(`match_rules.column_${column}`));
  return (
    <>
      <p className="dense muted">{t('match_rules.bands_help')}</p>
      <Loaded query={bands}>
        {({ bands: found }) => (
          <TableSection id="match-bands" title={t('match_rules.bands')} columns={columns}>
            {found.map((band) => <Row key={band.plant} band={band} onReopen={may('configure') ? () => setReopening(band.plant) : undefined} />)}
          </TableSection>
        )}
      </Loaded>
      {reopening && (
        <Reopen
          plant={reopening} onClose={() => setReopening(undefined)}
          onProposed={(request) => {
            setReopening(undefined);
            onProposed(request);
          }}
        />
      )}
    </>
  );
}

function Row({ band, onReopen }: { band: MatchBand; onReopen: (() => void) | undefined }) {
  const { t } = useTranslation();
  const plant = usePlants().data?.items.find((one) => one.id === band.plant);
  const state = bandState(band);
  return (
    <tr>
      <th scope="row">{band.plant} {plant?.name}</th>
      <td><Tag tone={bandTones[state]}>{t(`match_rules.band_${state}`)}</Tag></td>
      <td>
        {band.judged === 0 ? t('match_rules.unjudged') : t('match_rules.agreed', { agreed: band.agreed, judged: band.judged, lower: percentOf(band.lower), target: percentOf(band.target) })}
        {state === 'earning' && <> {t('match_rules.missing', { count: band.missing })}</>}
      </td>
      <td>
        {band.closed_why && (
          <span className="line">
            <span>{standing(band.closed_why)}{band.closed_at && <>, <Instant at={band.closed_at} /></>}</span>
            {onReopen && <Button onClick={onReopen}>{t('match_rules.reopen')}</Button>}
          </span>
        )}
      </td>
    </tr>
  );
}

function Reopen({ plant, onClose, onProposed }: { plant: string; onClose: () => void; onProposed: (request: ChangeRequest) => void }) {
  const { t } = useTranslation();
  const propose = usePropose([['match']], onProposed);
  return (
    <ReasonDialog
      title={t('match_rules.reopen_title', { plant })} help={t('match_rules.reopen_help')} submit={t('match_rules.reopen')} busy={propose.isPending} problem={propose.error}
      onClose={onClose} onSubmit={(reason) => propose.mutate({ path: `/match/bands/${domain}/${plant}/reopen`, body: { reason } })}
    />
  );
}

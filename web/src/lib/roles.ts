import type { ServiceIdentity, UserRole } from '../api/types';

/** The roles a person may hold. */
export const roles = ['steward', 'plant_lead', 'approver', 'integration_admin', 'auditor'] as const;
/** What a service may do. */
export const scopes = ['read', 'propose', 'operate', 'work_off', 'audit'] as const;

/** The roles with another one added; the same role for the same place is held once, until its new end. */
export function withRole(held: UserRole[], added: UserRole): UserRole[] {
  return [...held.filter((one) => !(one.role === added.role && one.domain === added.domain && one.plant === added.plant)), added];
}

/** A role's end as the server takes it: the beginning of the day after the last one; nothing where it does not end. */
export function endOf(lastDay: string): { until?: string } {
  if (lastDay === '') return {};
  return { until: new Date(Date.parse(`${lastDay}T00:00:00Z`) + 86_400_000).toISOString().replace('.000Z', 'Z') };
}

/** How a key stands at a moment. */
export function keyState(key: ServiceIdentity['keys'][number], now: number): 'active' | 'soon' | 'expired' | 'revoked' {
  if (key.revoked_at !== '') return 'revoked';
  const left = Date.parse(key.expires_at) - now;
  if (left <= 0) return 'expired';
  return left < 14 * 86_400_000 ? 'soon' : 'active';
}

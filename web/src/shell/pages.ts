import {
  ArrowLeftRight, Boxes, ClipboardCheck, ClipboardList, CopyCheck, Factory, FileUp, GitPullRequestArrow, History, KeyRound, Link2, PackagePlus, RefreshCw, Scale, Send, Unlink2,
  type LucideIcon,
} from 'lucide-react';
import type { Action } from '../api/types';

export interface PageLink {
  key: 'queue' | 'requests' | 'duplicates' | 'match_rules' | 'mappings' | 'unmapped' | 'records' | 'wishes' | 'imports' | 'runs' | 'deliveries' | 'worklist' | 'systems' | 'audit' | 'access';
  to: string;
  icon: LucideIcon;
  /** One of these one must be allowed to do, somewhere, to find the page in the navigation. */
  needs: readonly Action[];
}

/** The navigation, in its groups. */
export const pageGroups: { name: 'steward' | 'operate' | 'audit'; pages: PageLink[] }[] = [
  {
    name: 'steward',
    pages: [
      { key: 'queue', to: '/queue', icon: ClipboardCheck, needs: ['read'] },
      { key: 'requests', to: '/requests', icon: GitPullRequestArrow, needs: ['read'] },
      { key: 'duplicates', to: '/duplicates', icon: CopyCheck, needs: ['read'] },
      { key: 'mappings', to: '/mappings', icon: Link2, needs: ['read'] },
      { key: 'unmapped', to: '/unmapped', icon: Unlink2, needs: ['read'] },
      { key: 'records', to: '/records', icon: Boxes, needs: ['read'] },
      { key: 'wishes', to: '/record-requests', icon: PackagePlus, needs: ['read'] },
      { key: 'imports', to: '/imports', icon: FileUp, needs: ['propose'] },
    ],
  },
  {
    name: 'operate',
    pages: [
      { key: 'runs', to: '/runs', icon: RefreshCw, needs: ['read'] },
      { key: 'deliveries', to: '/deliveries', icon: Send, needs: ['read'] },
      { key: 'worklist', to: '/worklist', icon: ClipboardList, needs: ['work_off', 'operate'] },
      { key: 'match_rules', to: '/match-rules', icon: Scale, needs: ['read'] },
      { key: 'systems', to: '/systems', icon: Factory, needs: ['read'] },
      { key: 'access', to: '/access', icon: KeyRound, needs: ['configure'] },
    ],
  },
  { name: 'audit', pages: [{ key: 'audit', to: '/audit', icon: History, needs: ['audit'] }] },
];

/** The mark beside the product's name. */
export const ProductIcon = ArrowLeftRight;

/** Whether somebody who may do these things finds the page in the navigation. */
export function open(page: PageLink, actions: readonly Action[]): boolean {
  return page.needs.some((needed) => actions.includes(needed));
}

/** The first page a person finds in the navigation. */
export function firstPage(actions: readonly Action[]): string | undefined {
  return pageGroups.flatMap((group) => group.pages).find((page) => open(page, actions))?.to;
}

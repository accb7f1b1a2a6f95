/** Puts the focus back on the page's list, where its keys work: after a dialogue has closed there is nothing else that has it. */
export function focusList(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main [role="listbox"]')?.focus());
}

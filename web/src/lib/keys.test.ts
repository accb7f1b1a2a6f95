import { describe, expect, it } from 'vitest';
import { commandFor, pairKeys, queueKeys, requestKeys, type KeyPress } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, target: { tagName: 'DIV' }, ...more });

describe('commandFor', () => {
  it('knows the verbs of the queue, in either case', () => {
    expect(commandFor(press('a'), queueKeys, true)).toBe('take_source');
    expect(commandFor(press('C'), queueKeys, true)).toBe('keep_golden');
    expect(commandFor(press('9'), queueKeys, true)).toBe('pick_9');
    expect(commandFor(press('a'), requestKeys, true)).toBe('approve');
  });

  it('never acts on what is typed into a field', () => {
    for (const tagName of ['INPUT', 'TEXTAREA', 'SELECT']) expect(commandFor(press('a', { target: { tagName } }), queueKeys, true)).toBeUndefined();
    expect(commandFor(press('a', { target: { tagName: 'DIV', isContentEditable: true } }), queueKeys, true)).toBeUndefined();
  });

  it('leaves combinations to the browser, but for the undo everybody knows', () => {
    expect(commandFor(press('r', { ctrlKey: true }), queueKeys, true)).toBeUndefined();
    expect(commandFor(press('a', { metaKey: true }), queueKeys, true)).toBeUndefined();
    expect(commandFor(press('z', { ctrlKey: true }), queueKeys, true)).toBe('undo');
  });

  it('takes a verdict back with Z, where U is a verdict of its own', () => {
    expect(commandFor(press('u'), pairKeys, true)).toBe('unsure');
    expect(commandFor(press('z'), pairKeys, true)).toBe('undo');
    expect(commandFor(press('z', { ctrlKey: true }), pairKeys, true)).toBe('undo');
  });

  it('keeps arrows and Escape when single letters are switched off', () => {
    expect(commandFor(press('a'), queueKeys, false)).toBeUndefined();
    expect(commandFor(press('ArrowDown'), queueKeys, false)).toBe('next');
    expect(commandFor(press('Escape'), queueKeys, false)).toBe('back');
  });

  it('lets Enter press the button it is on', () => {
    expect(commandFor(press('Enter', { target: { tagName: 'BUTTON' } }), queueKeys, true)).toBeUndefined();
    expect(commandFor(press('Enter'), queueKeys, true)).toBe('open');
  });
});

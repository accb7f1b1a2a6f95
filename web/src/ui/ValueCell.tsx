import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Value } from '../api/types';
import { diffTexts, type Segment } from '../lib/diff';
import { marksOf, type Edges, type Mark } from '../lib/lookalikes';
import { displayValue, inAllLanguages } from '../lib/values';

type Side = 'golden' | 'source';

/** A value as written, with what a reader would not see made visible. */
export function PlainValue({ text }: { text: string }) {
  const { t } = useTranslation();
  if (text === '') return <span className="muted">{t('value.none')}</span>;
  return (
    <span className="value">
      <Marked text={text} />
    </span>
  );
}

/** The language a text is in. */
export function LanguageMark({ language }: { language: string }) {
  return <span className="language">{language}</span>;
}

/** A value in all its languages where it has several, the reader's first. */
export function ValueInFull({ value }: { value: Value | undefined }) {
  const { i18n } = useTranslation();
  const texts = inAllLanguages(value, i18n.language) ?? [];
  if (texts.length < 2) return <PlainValue text={displayValue(value, i18n.language)} />;
  return texts.map(({ language, text }) => (
    <div key={language} lang={language}>
      <LanguageMark language={language} />
      <PlainValue text={text} />
    </div>
  ));
}

/** One side of two values that differ: what only this side has is marked, in words too. */
export function DiffValue({ golden, source, side, whole = false }: { golden: string; source: string; side: Side; whole?: boolean }) {
  const { t } = useTranslation();
  const own = side === 'golden' ? golden : source;
  if (own === '') return <span className="muted">{t('value.none')}</span>;
  const segments = whole ? [{ text: own, changed: true }] : diffTexts(golden, source)[side];
  return (
    <span className="value">
      {segments.map((segment, index) => (
        <Stretch key={index} segment={segment} side={side} edges={{ start: index === 0, end: index === segments.length - 1 }} />
      ))}
    </span>
  );
}

function Stretch({ segment, side, edges }: { segment: Segment; side: Side; edges: Edges }) {
  const { t } = useTranslation();
  if (!segment.changed) return <Marked text={segment.text} edges={edges} />;
  const Element = side === 'golden' ? 'del' : 'ins';
  return (
    <Element>
      <span className="hidden-words">{t(side === 'golden' ? 'value.removed' : 'value.added')}</span>
      <Marked text={segment.text} edges={edges} />
      <span className="hidden-words">{t('value.end')}</span>
    </Element>
  );
}

/** Text in which invisible characters, edge spaces and letters of other scripts stand out. */
function Marked({ text, edges }: { text: string; edges?: Edges }) {
  const marks = marksOf(text, edges);
  if (marks.length === 0) return <>{text}</>;
  const pieces: ReactNode[] = [];
  let from = 0;
  for (const mark of marks) {
    if (mark.index > from) pieces.push(text.slice(from, mark.index));
    pieces.push(<MarkedCharacter key={mark.index} mark={mark} character={text.slice(mark.index, mark.index + mark.length)} />);
    from = mark.index + mark.length;
  }
  pieces.push(text.slice(from));
  return <>{pieces}</>;
}

/** The character itself stays in the text, so that what is copied is what was written. */
function MarkedCharacter({ mark, character }: { mark: Mark; character: string }) {
  const { t } = useTranslation();
  const words = t(`value.${mark.kind}`, { code: mark.codePoint });
  const shown = mark.kind === 'invisible' ? mark.codePoint : mark.kind === 'edge_space' ? '␣' : undefined;
  return (
    <span className="mark" data-shown={shown} title={words}>
      {character}
      <span className="hidden-words"> ({words}) </span>
    </span>
  );
}

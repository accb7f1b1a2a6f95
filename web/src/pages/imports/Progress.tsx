/** How far something is; where the end is not known, only that it goes on. */
export function Progress({ label, percent }: { label: string; percent: number | undefined }) {
  return (
    <span className="line progress-line">
      <progress className="progress" aria-label={label} max={100} value={percent} />
      <span className="dense">{label}{percent !== undefined && ` ${percent} %`}</span>
    </span>
  );
}

import type { ReactNode } from 'react';

/** A titled table; it can be scrolled sideways where the pane is narrow. */
export function TableSection({ id, title, columns, children }: { id: string; title: string; columns: string[]; children: ReactNode }) {
  return (
    <section className="section">
      <h3 id={id}>{title}</h3>
      <div className="table-box" tabIndex={0} role="region" aria-labelledby={id}>
        <table className="table" aria-labelledby={id}>
          <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
          <tbody>{children}</tbody>
        </table>
      </div>
    </section>
  );
}

/** The place of a table that has no rows. */
export function Nothing({ title, text }: { title: string; text: string }) {
  return (
    <section className="section">
      <h3>{title}</h3>
      <p className="muted dense">{text}</p>
    </section>
  );
}

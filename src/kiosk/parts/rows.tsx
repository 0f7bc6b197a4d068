interface RowsProps {
  readonly rows: readonly (readonly [label: string, text: string])[];
}

/** What is recorded, a line each. */
export function Rows({ rows }: RowsProps) {
  return (
    <dl class="rows">
      {rows.map(([label, text]) => (
        <div key={label + text}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

interface TicksProps<Name extends string> {
  readonly items: readonly { readonly name: Name; readonly label: string }[];
  readonly ticked: Readonly<Record<Name, boolean>>;
  readonly onTick: (name: Name, ticked: boolean) => void;
}

/** Boxes that the person ticks, each a sentence of its own. */
export function Ticks<Name extends string>({ items, ticked, onTick }: TicksProps<Name>) {
  return (
    <div class="ticks">
      {items.map(({ name, label }) => (
        <label key={name} class="tick">
          <input
            type="checkbox"
            checked={ticked[name]}
            onChange={({ currentTarget }) => onTick(name, currentTarget.checked)}
          />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

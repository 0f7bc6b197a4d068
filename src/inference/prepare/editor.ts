import { flushInPlace } from './denormals.js';
import type { Graph, Node } from './graph.js';
import { FloatPool, floatTensor, type Initializer } from './tensor.js';

/** A graph while it is rewritten: who uses what stays known, and weights that are shared are never changed in place. */
export class Editor {
  readonly #graph: Graph;
  /** What stands at each original node's place now, so that the order of computation holds. */
  readonly #places: Node[][];
  readonly #placeOf = new Map<Node, number>();
  readonly #makers = new Map<string, Node>();
  readonly #users = new Map<string, Set<Node>>();
  readonly #initializers: Map<string, Initializer>;
  readonly #variable: ReadonlySet<string>;
  readonly #outputs: ReadonlySet<string>;
  readonly #names: Set<string>;
  /** The next number to try for a name, so that many of one name do not each count from zero. */
  readonly #numbers = new Map<string, number>();
  readonly #pool = new FloatPool();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#places = graph.nodes.map((node) => [node]);
    this.#initializers = new Map(graph.initializers);
    this.#variable = new Set(graph.inputs);
    this.#outputs = new Set(graph.outputs);
    this.#names = new Set([...graph.initializers.keys(), ...graph.inputs]);
    graph.nodes.forEach((node, place) => {
      this.#add(node, place);
    });
  }

  /** A snapshot, in order. */
  nodes(): Node[] {
    return this.#places.flat();
  }

  /** Whether the node still stands in the graph. */
  has(node: Node): boolean {
    return this.#placeOf.has(node);
  }

  maker(name: string): Node | undefined {
    return this.#makers.get(name);
  }

  users(name: string): Node[] {
    // An empty name stands for an input or output that is left out.
    return name === '' ? [] : [...(this.#users.get(name) ?? [])];
  }

  userCount(name: string): number {
    return this.#users.get(name)?.size ?? 0;
  }

  isOutput(name: string): boolean {
    return this.#outputs.has(name);
  }

  /** The float weights of that name; undefined when they are no floats, or may be overridden at a run. */
  constant(name: string | undefined): (Initializer & { readonly floats: Float32Array }) | undefined {
    const tensor = name === undefined || this.#variable.has(name) ? undefined : this.#initializers.get(name);
    return tensor?.floats === undefined ? undefined : { ...tensor, floats: tensor.floats };
  }

  /** Zeros, to be filled and given to `addConstant`. */
  floats(length: number): Float32Array {
    return this.#pool.take(length);
  }

  /** Keeps new weights, their denormals set to 0, under a name that resembles `like`. Gives that name. */
  addConstant(like: string, dims: readonly number[], floats: Float32Array): string {
    const name = this.freshName(like);
    flushInPlace(floats);
    this.#initializers.set(name, floatTensor(name, dims, floats));
    return name;
  }

  freshName(like: string): string {
    const plain = like.replace(/~\d+$/, '');
    let number = this.#numbers.get(plain) ?? 0;
    while (this.#names.has(`${plain}~${number}`)) number += 1;
    this.#numbers.set(plain, number + 1);
    const name = `${plain}~${number}`;
    this.#names.add(name);
    return name;
  }

  /** Puts others at a node's place; what they use must be made before it. */
  replace(node: Node, others: readonly Node[]): void {
    const place = this.#placeOf.get(node);
    const there = place === undefined ? undefined : this.#places[place];
    if (place === undefined || there === undefined) return;
    there.splice(there.indexOf(node), 1, ...others);
    this.#placeOf.delete(node);
    for (const name of node.inputs) this.#users.get(name)?.delete(node);
    for (const other of others) this.#add(other, place);
  }

  /** The graph as it is now, without the weights that nothing uses any longer. */
  finished(): Graph {
    const kept = [...this.#initializers].filter(
      ([name]) => (this.#users.get(name)?.size ?? 0) > 0 || this.#outputs.has(name) || this.#variable.has(name),
    );
    return { ...this.#graph, nodes: this.nodes(), initializers: new Map(kept) };
  }

  #add(node: Node, place: number): void {
    this.#placeOf.set(node, place);
    for (const name of node.outputs) {
      this.#makers.set(name, node);
      this.#names.add(name);
    }
    for (const name of node.inputs) {
      const users = this.#users.get(name);
      if (users) users.add(node);
      else this.#users.set(name, new Set([node]));
    }
  }
}

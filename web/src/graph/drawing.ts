/** The interactive graph: graphology holds it, sigma draws it. */

import Graph from "graphology";
import Sigma from "sigma";
import { extremityArrow, layerDashed, layerFill, layerPlain, pathCurved, pathLine, sdfCircle, sdfDiamond, sdfRectangle, sdfSquare, sdfTriangle } from "sigma/rendering";
import type { GraphEdge, GraphNode, GraphPart, Ref, Status } from "../api";
import { DASHES, edgeWidth, FONT, onGround, shapeOf, type Shape, type Theme } from "./look";
import type { LayoutStep, LayoutTask } from "./layout.worker";

export interface NodeLook {
  [name: string]: unknown;
  name: string;
  class: string;
  label: string;
  rank: number;
  degree: number;
  x: number;
  y: number;
  size: number;
  color: string;
  shape: Shape;
  hidden: boolean;
}

export interface EdgeLook {
  [name: string]: unknown;
  property: string;
  status: Status;
  documents: number;
  label: string;
  size: number;
  color: string;
  plainColor: string;
  dashSize: number;
  gapSize: number;
  hidden: boolean;
}

export interface Labels {
  colour: (name: string) => string;
  property: (name: string) => string;
}

function sized(base: number, degree: number): number {
  return base + Math.min(2.2 * base, 1.1 * Math.sqrt(degree));
}

const CLEAR = "rgba(0,0,0,0)";

export class Drawing {
  readonly graph = new Graph<NodeLook, EdgeLook>({ type: "directed", multi: true });
  private sigma: Sigma | null = null;
  private worker: Worker | null = null;
  /** Whether things were added that sigma has not taken in yet. */
  private grown = false;
  /** Whether some things are brought out and the rest is faded. */
  private highlighted = false;
  onSelect: (iri: string | null) => void = () => {};
  onExpand: (iri: string) => void = () => {};
  onEdge: (key: string) => void = () => {};

  constructor(
    private theme: Theme,
    private readonly labels: Labels,
    /** Thousands of things are drawn in a plainer way: at that size nobody sees arrowheads, and every pixel of theirs takes time. */
    private readonly large: boolean,
  ) {}

  /** Starts to draw in an element of the page. False where the browser cannot. */
  draw(container: HTMLElement): boolean {
    try {
      this.sigma = this.start(container);
    } catch (error) {
      // Without WebGL 2 the list of the page still works.
      console.warn("the graph cannot be drawn", error);
      return false;
    }
    const { sigma } = this;
    sigma.on("clickNode", ({ node }) => this.onSelect(node));
    sigma.on("clickStage", () => this.onSelect(null));
    sigma.on("clickEdge", ({ edge }) => this.onEdge(edge));
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      this.onExpand(event.node);
    });
    return true;
  }

  private start(container: HTMLElement): Sigma {
    const { theme, large } = this;
    // Where there is little room, long names may run out of the frame rather than make the graph small.
    const narrow = container.clientWidth < 600;
    return new Sigma(this.graph as never, container, {
      primitives: {
        nodes: {
          shapes: [sdfCircle(), sdfSquare(), sdfDiamond(), sdfTriangle(), sdfRectangle()],
          layers: [layerFill()],
          label: { font: { family: FONT, size: 13 }, margin: 3 },
        },
        edges: {
          paths: large ? [pathLine()] : [pathLine(), pathCurved()],
          extremities: large ? [] : [extremityArrow()],
          layers: large
            ? [layerPlain()]
            : [
                layerPlain({ color: { attribute: "plainColor" } }),
                layerDashed({
                  dashSize: { attribute: "dashSize", default: 0, mode: "pixels" },
                  gapSize: { attribute: "gapSize", default: 0, mode: "pixels" },
                  dashColor: { attribute: "color" },
                }),
              ],
          label: { font: { family: FONT, size: 11 } },
        },
      },
      customNodeState: { isChosen: false, isFaded: false },
      customEdgeState: { isNear: false, isFaded: false },
      styles: {
        nodes: {
          x: { attribute: "x" },
          y: { attribute: "y" },
          size: { attribute: "size" },
          color: { attribute: "color" },
          shape: { attribute: "shape" },
          label: { attribute: "label" },
          opacity: { whenState: "isFaded", then: 0.18, else: 1 },
          visibility: { whenData: "hidden", then: "hidden", else: "visible" },
          labelColor: theme.ink,
          labelVisibility: { whenState: "isFaded", then: "hidden", else: { whenState: "isChosen", then: "visible", else: "auto" } },
          labelPosition: "right",
          labelBackgroundColor: theme.dark ? "rgba(23,27,31,.72)" : "rgba(255,255,255,.72)",
          labelBackgroundPadding: 1,
          backdropVisibility: (_: unknown, state: { isHovered: boolean; isChosen: boolean }) => (state.isHovered || state.isChosen ? "visible" : "hidden"),
          backdropColor: theme.dark ? "#2a3138" : "#ffffff",
          backdropShadowColor: theme.dark ? "rgba(0,0,0,.8)" : "rgba(20,40,60,.35)",
          backdropShadowBlur: 8,
          backdropPadding: 5,
          depth: { whenState: "isHovered", then: "topNodes", else: "nodes" },
          cursor: "pointer",
        },
        edges: {
          size: { attribute: "size" },
          color: { attribute: "color" },
          label: { attribute: "label" },
          labelColor: theme.faint,
          labelVisibility: { whenState: "isNear", then: "visible", else: "hidden" },
          opacity: { whenState: "isFaded", then: 0.1, else: { whenState: "isNear", then: 1, else: 0.7 } },
          visibility: { whenData: "hidden", then: "hidden", else: "visible" },
          depth: { whenState: "isNear", then: "topEdges", else: "edges" },
          path: "line",
          parallelPath: large ? "line" : "curved",
          parallelSpread: 0.35,
          selfLoopPath: "line",
          head: large ? "none" : "arrow",
        },
      },
      settings: {
        renderEdgeLabels: !large,
        enableEdgeEvents: !large,
        hideEdgesOnMove: large,
        hideLabelsOnMove: large,
        pickingDownSizingRatio: large ? 4 : 2,
        itemSizesReference: "screen",
        stagePadding: large ? 40 : 24,
        autoRescaleContent: large || narrow ? "positions" : "labels",
        labelDensity: 0.9,
        labelGridCellSize: 110,
        labelRenderedSizeThreshold: 4,
        minCameraRatio: 0.02,
        maxCameraRatio: 4,
        gestureTarget: "shared",
      },
    } as never);
  }

  /** Adds what is not there yet. New things beside known ones are placed next to those; else they stand where the server has put them. */
  add(part: GraphPart, near: string | null = null): string[] {
    const added: string[] = [];
    const first = this.graph.order === 0;
    // Sizes are known before things are added, so that all of them cost one drawing and not several.
    const degrees = new Map<string, number>();
    for (const { source, target } of part.edges) for (const end of [source, target]) degrees.set(end, (degrees.get(end) ?? 0) + 1);
    const base = this.base(this.graph.order + part.nodes.length);
    const centre = near !== null && this.graph.hasNode(near) ? this.graph.getNodeAttributes(near) : null;
    const radius = centre ? this.reach() : 0;
    for (const node of part.nodes) {
      if (this.graph.hasNode(node.iri)) continue;
      let { x, y } = node;
      if (centre) {
        // The golden angle spreads any number of things evenly around the one that they belong to.
        const turn = added.length * 2.399963;
        const away = radius * Math.sqrt(1 + added.length / 12);
        x = centre.x + Math.cos(turn) * away;
        y = centre.y + Math.sin(turn) * away;
      }
      this.graph.addNode(node.iri, this.nodeLook(node, x, y, sized(base, degrees.get(node.iri) ?? 0)));
      added.push(node.iri);
    }
    for (const edge of part.edges) {
      const key = `${edge.source}\n${edge.property}\n${edge.target}\n${edge.status}`;
      if (this.graph.hasNode(edge.source) && this.graph.hasNode(edge.target) && !this.graph.hasEdge(key)) {
        this.graph.addDirectedEdgeWithKey(key, edge.source, edge.target, this.edgeLook(edge));
      }
    }
    this.grown = true;
    if (!first) this.resize();
    return added;
  }

  /** Adds things that came without a place, as on a path. */
  addRefs(things: Ref[], edges: GraphEdge[]): string[] {
    const spread = this.reach() || 1;
    const box = this.box();
    const nodes = things.map((thing, index) => ({
      ...thing,
      rank: 0,
      degree: 1,
      community: 0,
      x: box.x + (index - (things.length - 1) / 2) * spread * 2,
      y: box.y - box.height / 2 - spread * (1 + (index % 2)),
    }));
    return this.add({ nodes, edges, cut: { things: 0, statements: 0 } });
  }

  private nodeLook(node: GraphNode, x: number, y: number, size: number): NodeLook {
    return {
      name: node.name,
      class: node.class,
      label: node.name,
      rank: node.rank,
      degree: node.degree,
      x,
      y,
      size,
      color: onGround(this.labels.colour(node.class), this.theme),
      shape: shapeOf(node.class),
      hidden: false,
    };
  }

  private edgeLook(edge: GraphEdge): EdgeLook {
    const dash = DASHES[edge.status];
    const color = this.theme.edge[edge.status];
    return {
      property: edge.property,
      status: edge.status,
      documents: edge.documents,
      label: edge.label || this.labels.property(edge.property),
      size: edgeWidth(edge.documents),
      color,
      plainColor: dash ? CLEAR : color,
      dashSize: dash?.[0] ?? 0,
      gapSize: dash?.[1] ?? 0,
      hidden: false,
    };
  }

  /** Lets sigma take in what was added: until then it refuses changes of many attributes at once. */
  private settle(): void {
    if (this.grown) this.sigma?.refresh();
    this.grown = false;
  }

  /** Makes things with more links larger; the more things there are, the smaller each. */
  private resize(): void {
    this.settle();
    const base = this.base(this.graph.order);
    this.graph.updateEachNodeAttributes((iri, look) => ({ ...look, size: sized(base, this.graph.degree(iri)) }), { attributes: ["size"] });
  }

  /** The size of a thing without links where there are so many. */
  private base(things: number): number {
    return things > 1500 ? 2.5 : things > 300 ? 4 : 6;
  }

  private box(): { x: number; y: number; width: number; height: number } {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    this.graph.forEachNode((_, { x, y }) => {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    });
    if (left > right) return { x: 0, y: 0, width: 0, height: 0 };
    return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
  }

  /** How far from a thing its neighbours are put. */
  private reach(): number {
    const { width, height } = this.box();
    return Math.max(width, height) / (2 + 2 * Math.sqrt(Math.max(1, this.graph.order))) || 1;
  }

  clear(): void {
    this.stop();
    this.graph.clear();
  }

  /** Hides what the test refuses; relations go with their things. */
  filter(node: (look: NodeLook) => boolean, edge: (look: EdgeLook) => boolean): void {
    // To change each of many things takes time, so only what differs is changed.
    const nodes = this.graph.filterNodes((_, look) => look.hidden === node(look));
    for (const iri of nodes) this.graph.mergeNodeAttributes(iri, { hidden: !this.graph.getNodeAttribute(iri, "hidden") });
    const hides = (look: EdgeLook, from: NodeLook, to: NodeLook) => !edge(look) || from.hidden || to.hidden;
    const edges = this.graph.filterEdges((_key, look, _source, _target, from, to) => look.hidden !== hides(look, from, to));
    for (const key of edges) this.graph.mergeEdgeAttributes(key, { hidden: !this.graph.getEdgeAttribute(key, "hidden") });
  }

  /** Brings out one thing with its neighbours, or some things, and fades the rest. */
  highlight(chosen: string[], withNeighbours: boolean): void {
    const { sigma, graph } = this;
    if (!sigma) return;
    const near = new Set(chosen);
    if (withNeighbours) for (const iri of chosen) for (const other of graph.neighbors(iri)) near.add(other);
    const touches = (source: string, target: string) =>
      withNeighbours ? chosen.includes(source) || chosen.includes(target) : near.has(source) && near.has(target);
    const some = chosen.length > 0;
    // Nothing was brought out, and nothing is to be: then there is nothing to change in a large graph.
    if (!some && !this.highlighted) return;
    this.highlighted = some;
    this.settle();
    const nodes = { chosen: [] as string[], near: [] as string[], faded: [] as string[], plain: [] as string[] };
    graph.forEachNode((iri) => nodes[!some ? "plain" : chosen.includes(iri) ? "chosen" : near.has(iri) ? "near" : "faded"].push(iri));
    sigma.setNodesState(nodes.chosen, { isChosen: true, isFaded: false } as never);
    sigma.setNodesState([...nodes.near, ...nodes.plain], { isChosen: false, isFaded: false } as never);
    sigma.setNodesState(nodes.faded, { isChosen: false, isFaded: true } as never);
    const edges = { near: [] as string[], faded: [] as string[], plain: [] as string[] };
    graph.forEachEdge((key, _, source, target) => edges[!some ? "plain" : touches(source, target) ? "near" : "faded"].push(key));
    sigma.setEdgesState(edges.near, { isNear: true, isFaded: false } as never);
    sigma.setEdgesState(edges.faded, { isNear: false, isFaded: true } as never);
    sigma.setEdgesState(edges.plain, { isNear: false, isFaded: false } as never);
  }

  /** Moves the view to a thing. */
  show(iri: string): void {
    const place = this.sigma?.getNodeDisplayData(iri);
    if (place) void this.sigma?.getCamera().animate({ x: place.x, y: place.y, ratio: Math.min(0.5, this.sigma.getCamera().ratio) }, { duration: this.duration() });
  }

  fit(): void {
    void this.sigma?.getCamera().reset({ duration: this.duration() });
  }

  /** Shows all at once, and draws only if that changes something. */
  refit(): void {
    const camera = this.sigma?.getCamera();
    if (camera && (camera.x !== 0.5 || camera.y !== 0.5 || camera.ratio !== 1)) camera.setState({ x: 0.5, y: 0.5, ratio: 1 });
  }

  zoom(factor: number): void {
    const camera = this.sigma?.getCamera();
    if (camera) void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration: this.duration() });
  }

  pan(x: number, y: number): void {
    const camera = this.sigma?.getCamera();
    camera?.setState({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio });
  }

  private duration(): number {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250;
  }

  /** Lays out in a worker; things in `fixed` keep their places. Resolves when done. */
  layout(rounds: number, fixed: Set<string> = new Set()): Promise<void> {
    this.stop();
    const keys = this.graph.nodes();
    if (keys.length < 2) return Promise.resolve();
    const worker = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    this.worker = worker;
    const task: LayoutTask = {
      nodes: keys.map((key) => {
        const { x, y, size } = this.graph.getNodeAttributes(key);
        return { key, x, y, size, fixed: fixed.has(key) };
      }),
      edges: this.graph.mapEdges((_key, _look, source, target) => [source, target] as [string, string]),
      rounds,
    };
    return new Promise((resolve) => {
      worker.onmessage = (event: MessageEvent<LayoutStep>) => {
        if (this.worker !== worker) return;
        const { places, done } = event.data;
        if (!done && this.duration() === 0) return;
        const found = new Map(keys.map((key, index) => [key, index]));
        this.graph.updateEachNodeAttributes(
          (key, look) => {
            const index = found.get(key);
            return index === undefined ? look : { ...look, x: places[2 * index] as number, y: places[2 * index + 1] as number };
          },
          { attributes: ["x", "y"] },
        );
        if (done) {
          this.stop();
          resolve();
        }
      };
      worker.onerror = () => {
        this.stop();
        resolve();
      };
      worker.postMessage(task);
    });
  }

  stop(): void {
    this.worker?.terminate();
    this.worker = null;
  }

  kill(): void {
    this.stop();
    this.sigma?.kill();
    this.sigma = null;
  }
}

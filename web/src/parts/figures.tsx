/** Figures: a small table, and a chart where one measure has values at several times. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Figure } from "../api";
import { viewLink } from "../route";
import { useKnowledge } from "../store";
import { year } from "../text";
import { useLanguage, useSay, type Language } from "../words";
import { ThingLink } from "./thing";

/** 236000000 is 2.36亿 in Chinese and 236M in English. */
export function compact(value: number, language: Language): string {
  return value.toLocaleString(language === "zh" ? "zh-CN" : "en", { notation: Math.abs(value) >= 10_000 ? "compact" : "standard", maximumFractionDigits: 2 });
}

export function written(figure: Figure, language: Language): string {
  const value = Number(figure.value);
  const number = Number.isFinite(value) ? compact(value, language) : String(figure.value);
  const sign = figure.bound === "=" || !figure.bound ? "" : figure.bound;
  const unit = unitName(figure.unit ?? "", language);
  const gap = /^[A-Za-z]/.test(unit) ? " " : "";
  return `${sign}${number}${gap}${unit}`;
}

/** Money as Chinese writes it; other units stand as they are. */
const MONEY: Record<string, string> = { CNY: "元", USD: "美元", EUR: "欧元", JPY: "日元", GBP: "英镑", HKD: "港元", TWD: "新台币", KRW: "韩元", RUB: "卢布", AUD: "澳元", CAD: "加元", SGD: "新加坡元", CHF: "瑞士法郎" };

export function unitName(unit: string, language: Language): string {
  return language === "zh" ? (MONEY[unit] ?? unit) : unit;
}

export function FigureTable({ figures, withSubject = false }: { figures: Figure[]; withSubject?: boolean }) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {withSubject && <th scope="col">{say("column.thing")}</th>}
            <th scope="col">{say("measure")}</th>
            <th scope="col" class="number">
              {say("value")}
            </th>
            <th scope="col">{say("time")}</th>
            <th scope="col">{say("source")}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((figure, index) => {
            const [first] = figure.evidence;
            return (
              <tr key={index}>
                {withSubject && <td>{figure.subject && <ThingLink thing={figure.subject} />}</td>}
                <td>{knowledge.measureName(figure.measure, language)}</td>
                <td class="number" title={`${figure.value} ${figure.unit ?? ""}`}>
                  {written(figure, language)}
                </td>
                <td class="date">{figure.time}</td>
                <td>
                  {first && (
                    <a href={viewLink("document", { id: first.document.id, at: `${first.start}-${first.end}` })} title={first.sentence.trim()}>
                      {first.words}
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface Series {
  measure: string;
  unit: string;
  points: { at: number; time: string; value: number }[];
}

/** The measures that have values at two times or more. */
export function seriesOf(figures: Figure[]): Series[] {
  const found = new Map<string, Series>();
  for (const figure of figures) {
    const at = year(figure.time);
    const value = Number(figure.value);
    if (at === null || !Number.isFinite(value)) continue;
    const key = `${figure.measure}\n${figure.unit}`;
    const series = found.get(key) ?? { measure: figure.measure, unit: figure.unit ?? "", points: [] };
    if (!series.points.some((point) => point.at === at && point.value === value)) {
      series.points.push({ at, time: figure.time as string, value });
    }
    found.set(key, series);
  }
  const several = [...found.values()].filter((series) => new Set(series.points.map((point) => point.at)).size > 1);
  for (const series of several) series.points.sort((a, b) => a.at - b.at);
  return several;
}

/** The width of an element, kept up to date. */
export function useWidth<T extends Element>(first: number): [{ current: T | null }, number] {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    if (!element.current) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.round(entry.contentRect.width));
    });
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return [element, width];
}

const HEIGHT = 150;
const SIDE = 28;

export function LineChart({ of }: { of: Series }) {
  const say = useSay();
  const language = useLanguage();
  const knowledge = useKnowledge();
  const [frame, width] = useWidth<HTMLElement>(420);
  const measure = knowledge.measureName(of.measure, language);
  const caption = say("chartOver", { measure, unit: unitName(of.unit, language) || "1" });
  const values = of.points.map((point) => point.value);
  const times = of.points.map((point) => point.at);
  const [low, high] = [Math.min(0, ...values), Math.max(...values, 0)];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (at: number) => SIDE + ((at - first) / (last - first || 1)) * (width - 2 * SIDE);
  const y = (value: number) => HEIGHT - 26 - ((value - low) / (high - low || 1)) * (HEIGHT - 60);
  const line = of.points.map((point, index) => `${index ? "L" : "M"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join("");
  // Labels that would touch their neighbour are left out; the table has every value.
  let free = -Infinity;
  return (
    <figure class="chart" ref={frame}>
      <figcaption>{caption}</figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} role="img" aria-label={`${caption}: ${of.points.map((point) => `${point.time} ${point.value}`).join(", ")}`}>
        <line class="axis" x1={0} x2={width} y1={y(0)} y2={y(0)} />
        <path class="line" d={line} />
        {of.points.map((point) => {
          const place = x(point.at);
          const labelled = place - free > 56;
          if (labelled) free = place;
          return (
            <g key={`${point.time} ${point.value}`}>
              <circle class="point" cx={place} cy={y(point.value)} r={4} />
              {labelled && (
                <>
                  <text x={place} y={y(point.value) - 10} text-anchor="middle">
                    {compact(point.value, language)}
                  </text>
                  <text class="tick" x={place} y={HEIGHT - 6} text-anchor="middle">
                    {point.time}
                  </text>
                </>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** Bars with their names at the left and their numbers at the right. */
export function BarChart({ caption, bars }: { caption: string; bars: { name: string; value: number; link?: string; colour?: string }[] }) {
  const language = useLanguage();
  const most = Math.max(...bars.map((bar) => Math.abs(bar.value)), 0) || 1;
  return (
    <figure class="bars">
      <figcaption>{caption}</figcaption>
      <ul class="plain">
        {bars.map((bar, index) => (
          <li key={index}>
            <span class="bar-name">{bar.link ? <a href={bar.link}>{bar.name}</a> : bar.name}</span>
            <span class="bar-track" aria-hidden="true">
              <span class="bar" style={{ width: `${(100 * Math.abs(bar.value)) / most}%`, ...(bar.colour ? { background: bar.colour } : {}) }} />
            </span>
            <span class="bar-value">{bar.value.toLocaleString(language)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

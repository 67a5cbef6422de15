/**
 * Addresses of the views. A thing has the address of its IRI (`/id/NAME`), so that a link works for people and for programs;
 * all other views stand behind the hash of `/`: `/#/document?id=…`.
 */

import { useEffect, useState } from "preact/hooks";
import { address, type Parameters } from "./api";

export interface Route {
  view: string;
  query: URLSearchParams;
}

/** Where things of the store have their addresses; the server tells it. */
let base = "";

export function setBase(iri: string): void {
  base = iri;
}

export function currentRoute(place: Location = location): Route {
  if (place.hash.startsWith("#/")) {
    const [view = "", query = ""] = place.hash.slice(2).split(/\?(.*)/s);
    return { view: view || "home", query: new URLSearchParams(query) };
  }
  if (place.pathname.startsWith("/id/")) {
    const name = decode(place.pathname.slice("/id/".length));
    if (name.startsWith("doc/")) return { view: "document", query: new URLSearchParams({ id: name.slice("doc/".length) }) };
    return { view: "thing", query: new URLSearchParams({ iri: base + name }) };
  }
  return { view: "home", query: new URLSearchParams() };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function viewLink(view: string, parameters: Parameters = {}): string {
  return address(view === "home" ? "/#/" : `/#/${view}`, parameters);
}

/** The address of a thing's page. */
export function thingLink(iri: string): string {
  if (base && iri.startsWith(base)) {
    const name = iri.slice(base.length);
    // An IRI with an escape in it, or a slash, does not survive the way through a path: it goes into the hash.
    if (name && !/[%/?#\\]/.test(name)) return `/id/${encodeURIComponent(name)}`;
  }
  return viewLink("thing", { iri });
}

const MOVED = "wenmai:moved";

export function go(link: string, replace = false): void {
  if (replace) history.replaceState(null, "", link);
  else history.pushState(null, "", link);
  dispatchEvent(new Event(MOVED));
}

/** The present route; links within the page are followed without loading it anew. */
export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const moved = () => setRoute(currentRoute());
    const clicked = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element | null)?.closest?.("a[href]");
      const target = link?.getAttribute("href");
      if (!link || !target || link.hasAttribute("download") || link.hasAttribute("target")) return;
      if (!target.startsWith("/#/") && !target.startsWith("/id/")) return;
      event.preventDefault();
      go(target);
      scrollTo(0, 0);
      document.getElementById("main")?.focus({ preventScroll: true });
    };
    addEventListener(MOVED, moved);
    addEventListener("popstate", moved);
    addEventListener("hashchange", moved);
    document.addEventListener("click", clicked);
    return () => {
      removeEventListener(MOVED, moved);
      removeEventListener("popstate", moved);
      removeEventListener("hashchange", moved);
      document.removeEventListener("click", clicked);
    };
  }, []);
  return route;
}

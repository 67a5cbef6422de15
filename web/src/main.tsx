/** Starts the page: loads what every view needs, then shows the view of the address. */

import { render } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { get, type Info, type Vocabulary } from "./api";
import { Failure, Loading } from "./parts/notice";
import { Search } from "./parts/search";
import { go, setBase, thingLink, useRoute, viewLink, type Route } from "./route";
import { Knowledge, KnowledgeContext } from "./store";
import { Add } from "./views/add";
import { Analysis } from "./views/analysis";
import { DocumentView } from "./views/document";
import { Documents } from "./views/documents";
import { GraphView } from "./views/graph";
import { Home } from "./views/home";
import { Later } from "./views/later";
import { ThingView } from "./views/thing";
import { Timeline } from "./views/timeline";
import icon from "./icon.svg?url";
import licences from "./licenses.txt?url";
import { firstLanguage, keepLanguage, LanguageContext, sayer, useSay, type Language, type Word } from "./words";

const VIEWS: { view: string; word: Word }[] = [
  { view: "graph", word: "graph" },
  { view: "documents", word: "documents" },
  { view: "timeline", word: "timeline" },
  { view: "query", word: "sparql" },
  { view: "analysis", word: "analysis" },
];

const SparqlView = () => <Later load={() => import("./views/sparql").then(({ SparqlView: View }) => View)} />;

function View({ route }: { route: Route }) {
  const say = useSay();
  const { query } = route;
  switch (route.view) {
    case "home":
      return <Home />;
    case "thing":
      return <ThingView key={query.get("iri")} iri={query.get("iri") ?? ""} />;
    case "graph":
      return <GraphView query={query} />;
    case "documents":
      return <Documents query={query} />;
    case "document":
      return <DocumentView key={query.get("id")} id={query.get("id") ?? ""} at={query.get("at")} />;
    case "timeline":
      return <Timeline query={query} />;
    case "query":
      return <SparqlView />;
    case "analysis":
      return <Analysis measure={query.get("measure") ?? "rank"} />;
    case "add":
      return <Add />;
    default:
      return (
        <div class="notice">
          <p>{say("notFound")}</p>
          <a href="/#/">{say("backHome")}</a>
        </div>
      );
  }
}

function Header({ route, writable, language, onLanguage }: { route: Route; writable: boolean; language: Language; onLanguage: () => void }) {
  const say = useSay();
  const here = route.view === "document" ? "documents" : route.view;
  const links = writable ? [...VIEWS, { view: "add", word: "add" as Word }] : VIEWS;
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="/#/" aria-label={`${say("name")} – ${say("home")}`}>
          <img src={icon} alt="" width={28} height={28} />
          <span lang="zh-CN">文脉</span>
        </a>
        {here !== "home" && <Search label={say("search")} hideLabel onChoose={(thing) => go(thingLink(thing.iri))} />}
        <nav aria-label={say("navigation")}>
          <ul class="plain">
            {links.map(({ view, word }) => (
              <li key={view}>
                <a href={viewLink(view)} aria-current={here === view ? "page" : undefined}>
                  {say(word)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <button type="button" class="language" lang={language === "zh" ? "en" : "zh-CN"} onClick={onLanguage}>
          {say("language")}
        </button>
      </div>
    </header>
  );
}

function Page() {
  const route = useRoute();
  const [language, setLanguage] = useState(firstLanguage);
  const [knowledge, setKnowledge] = useState<Knowledge | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const say = useMemo(() => sayer(language), [language]);

  const load = () => {
    setError(null);
    Promise.all([get<Info>("/api/info"), get<Vocabulary>("/api/vocabulary")])
      .then(([info, vocabulary]) => {
        setBase(info.base);
        setKnowledge(new Knowledge(info, vocabulary));
        // The address was read before the base was known.
        if (location.pathname.startsWith("/id/")) go(location.pathname + location.hash, true);
      })
      .catch(setError);
  };
  useEffect(load, []);

  useLayoutEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);

  useEffect(() => {
    const word = VIEWS.find(({ view }) => view === route.view)?.word ?? (route.view === "add" ? "add" : null);
    if (word || route.view === "home") document.title = word ? `${say(word)} · ${say("name")}` : `${say("name")} · ${say("tagline")}`;
  }, [route, say]);

  const other = () => {
    const next = language === "zh" ? "en" : "zh";
    keepLanguage(next);
    setLanguage(next);
  };

  return (
    <LanguageContext.Provider value={language}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>
        {say("skip")}
      </a>
      {knowledge ? (
        <KnowledgeContext.Provider value={knowledge}>
          <Header route={route} writable={knowledge.info.writable} language={language} onLanguage={other} />
          <main id="main" tabIndex={-1} class={`view-${route.view}`}>
            <View route={route} />
          </main>
          <footer class="bottom">
            <span>wenmai {knowledge.info.version}</span>
            <a href={licences} target="_blank" rel="noreferrer">
              {say("licences")}
            </a>
          </footer>
        </KnowledgeContext.Provider>
      ) : (
        <main id="main" tabIndex={-1}>
          <h1 class="hidden">{say("name")}</h1>
          {error ? <Failure error={error} retry={load} /> : <Loading />}
        </main>
      )}
    </LanguageContext.Provider>
  );
}

render(<Page />, document.getElementById("page") as HTMLElement);

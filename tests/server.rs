//! The server from outside: the W3C's test cases of protocol and graph store, the page's routes, and what is refused.
//!
//! Requests are answered without a socket, but for what only a socket shows.

use http::{Request, Response};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use wenmai::resource::Resources;
use wenmai::server::{Guard, Limits, Server, Settings};
use wenmai::store::{self, Writer};

/// The namespace of graphs, shortened to `doc:` in the tables below.
const DOCUMENTS: &str = "https://w3id.org/wenmai/id/doc/";
const FORM: &str = "application/x-www-form-urlencoded";

/// A document with things that are hard to write, and one that is an attack.
const ARTICLE: &str = "云岭县桑蚕协会成立\n云岭县桑蚕协会会长周远航说，有会员300人。云岭县桑蚕协会成立于2019年5月。\n\
    周远航，1970年出生于云岭县，毕业于华中农业大学。";
const ATTACK: &str =
    "“<script>alert(1)</script>”公司成立\n<img src=x onerror=alert(2)>公司董事长周远航说，公司有员工20人。";

struct Served {
    folder: TempDir,
    server: Server,
}

/// A server of a new store in which the documents `texts` lie.
fn serve(writable: bool, limits: Limits, texts: &[(&str, &str)]) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Writer::open(&path, &store::Settings::default()).unwrap().finish().unwrap();
    let settings = |writable| Settings {
        writable,
        guard: Guard { hosts: vec!["graph.example".to_owned()], origins: vec!["https://notes.example".to_owned()] },
        limits: limits.clone(),
        log: Box::new(|message| panic!("{message}")),
    };
    let open = |writable| Server::open(&path, Resources::builtin(), settings(writable)).unwrap();
    let server = open(true);
    for (name, text) in texts {
        let url = format!("/api/documents?name={name}.txt&published=2025-01-20");
        let reply = server.respond(&request("POST", &url, &[("content-type", "text/plain")], text));
        assert_eq!(reply.status(), 200, "{}", body(&reply));
    }
    Served { folder, server: if writable { server } else { open(false) } }
}

fn request(method: &str, url: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(method).uri(encode(url));
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:7878");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.as_ref().to_vec()).unwrap()
}

/// Percent-encodes what cannot stand in a URL, and writes `doc:` out.
fn encode(url: &str) -> String {
    let url = url.replace("doc:", DOCUMENTS);
    url.bytes()
        .map(|byte| match byte {
            b'0'..=b'9'
            | b'a'..=b'z'
            | b'A'..=b'Z'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'?'
            | b'='
            | b'&'
            | b':'
            | b'%'
            | b'+'
            | b'*'
            | b',' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn body(reply: &Response<Vec<u8>>) -> String {
    String::from_utf8(reply.body().clone()).unwrap()
}

fn header<'r>(reply: &'r Response<Vec<u8>>, name: &str) -> &'r str {
    reply.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

impl Served {
    fn ask(&self, method: &str, url: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Response<Vec<u8>> {
        self.server.respond(&request(method, url, headers, body))
    }

    fn get(&self, url: &str) -> Response<Vec<u8>> {
        self.ask("GET", url, &[], "")
    }

    /// The JSON at `url`.
    fn json(&self, url: &str) -> serde_json::Value {
        let reply = self.get(url);
        assert_eq!(reply.status(), 200, "{url}: {}", body(&reply));
        assert_eq!(header(&reply, "content-type"), "application/json");
        serde_json::from_str(&body(&reply)).unwrap()
    }

    fn put(&self, graph: &str, turtle: &str) {
        let reply = self.ask("PUT", &format!("/store?graph={graph}"), &[("content-type", "text/turtle")], turtle);
        assert!(reply.status().is_success(), "{}", body(&reply));
    }

    /// What an ASK query answers.
    fn holds(&self, query: &str) -> bool {
        let query = query.replace("doc:", DOCUMENTS);
        let headers = [("content-type", "application/sparql-query"), ("accept", "text/csv")];
        let reply = self.ask("POST", "/query", &headers, query);
        assert_eq!(reply.status(), 200, "{}", body(&reply));
        body(&reply).trim() == "true"
    }
}

/// The triples of a graph as sorted lines.
fn triples(text: &str) -> BTreeSet<String> {
    use oxigraph::io::{RdfFormat, RdfParser};
    let parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(text.as_bytes());
    parser.map(|quad| quad.unwrap().to_string()).collect()
}

/// The cases of <https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/>: the graphs are named as this store
/// names them, and blank nodes are left out of updates.
#[test]
fn w3c_protocol_queries() {
    let served = serve(true, Limits::default(), &[]);
    for (graph, name) in [("doc:data1", "one"), ("doc:data2", "two"), ("doc:data3", "three")] {
        served.put(graph, &format!("<http://x/{name}> a <http://x/Document> ."));
    }
    let ok = |name: &str, method: &str, url: &str, headers: &[(&str, &str)], sent: &str, expected: &str| {
        let reply = served.ask(
            method,
            url,
            headers,
            if headers.contains(&("content-type", FORM)) { encode(sent) } else { sent.to_owned() },
        );
        assert_eq!(reply.status(), 200, "{name}: {}", body(&reply));
        assert!(body(&reply).contains(expected), "{name}: {}", body(&reply));
        header(&reply, "content-type").to_owned()
    };
    let form = [("content-type", FORM)];
    let direct = [("content-type", "application/sparql-query")];
    ok("query_get", "GET", "/query?query=ASK {}", &[], "", "\"boolean\":true");
    ok("query_post_form", "POST", "/query", &form, "query=ASK {}", "true");
    ok("query_post_direct", "POST", "/query", &direct, "ASK {}", "true");
    let both = "ASK { <http://x/one> ?p ?o . <http://x/two> ?p ?o }";
    let graphs = "default-graph-uri=doc:data1&default-graph-uri=doc:data2";
    ok("query_dataset_default_graphs_get", "GET", &format!("/query?query={both}&{graphs}"), &[], "", "true");
    ok("query_dataset_default_graphs_post", "POST", "/query", &form, &format!("query={both}&{graphs}"), "true");
    let named = "ASK { GRAPH ?g { <http://x/one> ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } FILTER NOT EXISTS { GRAPH ?h { <http://x/three> ?p ?o } } }";
    let graphs = "named-graph-uri=doc:data1&named-graph-uri=doc:data2";
    ok("query_dataset_named_graphs_get", "GET", &format!("/query?query={named}&{graphs}"), &[], "", "true");
    ok("query_dataset_named_graphs_post", "POST", "/query", &form, &format!("query={named}&{graphs}"), "true");
    let full =
        "ASK { <http://x/three> ?p ?o GRAPH ?g { <http://x/one> ?p ?o } FILTER NOT EXISTS { <http://x/one> ?p ?o } }";
    let graphs = "default-graph-uri=doc:data3&named-graph-uri=doc:data1&named-graph-uri=doc:data2";
    ok("query_dataset_full", "POST", "/query", &form, &format!("query={full}&{graphs}"), "true");
    // What the request names wins over what the query names.
    let other = format!("SELECT ?s FROM <{DOCUMENTS}data2> {{ ?s a ?c }}");
    ok(
        "query_multiple_dataset",
        "GET",
        &format!("/query?query={other}&default-graph-uri=doc:data1"),
        &[],
        "",
        "http://x/one",
    );
    let of = |query: &str, accept: &str| {
        ok("query_content_type", "POST", "/query", &[direct[0], ("accept", accept)], query, "")
    };
    let results = "application/sparql-results+xml;q=0.9, application/sparql-results+json";
    assert_eq!(of("SELECT (1 AS ?value) {}", results), "application/sparql-results+json");
    assert_eq!(of("ASK {}", results), "application/sparql-results+json");
    let graphs = "application/rdf+xml, text/turtle;q=0.5";
    assert_eq!(of("DESCRIBE <http://x/one>", graphs), "application/rdf+xml");
    assert_eq!(of("CONSTRUCT WHERE { ?s ?p ?o }", graphs), "application/rdf+xml");
    // A triple of two graphs counts once in their union.
    served.put("doc:data4", "<http://x/one> a <http://x/Document> .");
    let count =
        "SELECT (COUNT(*) AS ?n) { ?s a <http://x/Document> }&default-graph-uri=doc:data1&default-graph-uri=doc:data4";
    ok("union is a set", "GET", &format!("/query?query={count}"), &[], "", "\"value\":\"1\"");

    let bad = |name: &str, method: &str, url: &str, headers: &[(&str, &str)], sent: &[u8], status: u16| {
        let reply = served.ask(method, url, headers, sent);
        assert_eq!(reply.status(), status, "{name}: {}", body(&reply));
        assert!(body(&reply).contains("\"error\":\""), "{name}: {}", body(&reply));
        reply
    };
    let ask = encode("query=ASK {}").into_bytes();
    let reply = bad("bad_query_method", "PUT", "/query?query=ASK {}", &[], b"", 405);
    assert_eq!(header(&reply, "allow"), "GET, HEAD, POST, OPTIONS");
    bad("bad_multiple_queries", "GET", "/query?query=ASK {}&query=SELECT * {}", &[], b"", 400);
    bad("bad_query_wrong_media_type", "POST", "/query", &[("content-type", "text/plain")], b"ASK {}", 415);
    bad("bad_query_missing_form_type", "POST", "/query", &[], &ask, 415);
    bad("bad_query_missing_direct_type", "POST", "/query", &[], b"ASK {}", 415);
    bad("bad_query_non_utf8", "POST", "/query", &direct, b"SELECT * { ?s ?p \"\xff\" }", 400);
    bad("bad_query_non_utf8", "GET", "/query?query=ASK%20%7B%20%22%ff%22%20%7D", &[], b"", 400);
    let utf16 = [("content-type", "application/sparql-query; charset=UTF-16")];
    bad("bad_query_non_utf8", "POST", "/query", &utf16, b"ASK {}", 415);
    let reply = bad("bad_query_syntax", "GET", "/query?query=ASK {\n?何 ?p }", &[], b"", 400);
    assert!(body(&reply).contains("\"line\":2") && body(&reply).contains("\"column\":8"), "{}", body(&reply));
    bad("no query", "GET", "/query?default-graph-uri=doc:data1", &[], b"", 400);
    bad("a graph that is no IRI", "GET", "/query?query=ASK {}&default-graph-uri=data1", &[], b"", 400);
    bad("an update at the wrong door", "POST", "/query", &form, b"update=CLEAR+ALL", 400);
    bad("not acceptable", "GET", "/query?query=ASK {}", &[("accept", "image/png")], b"", 406);
    bad("not acceptable", "GET", "/query?query=CONSTRUCT WHERE { ?s ?p ?o }", &[("accept", "text/csv")], b"", 406);
}

#[test]
fn w3c_protocol_updates() {
    let served = serve(true, Limits::default(), &[]);
    let form = [("content-type", FORM)];
    let direct = [("content-type", "application/sparql-update")];
    let ok = |name: &str, url: &str, headers: &[(&str, &str)], sent: &str| {
        let sent = sent.replace("doc:", DOCUMENTS);
        let reply = served.ask("POST", url, headers, if headers == form { encode(&sent) } else { sent });
        assert_eq!(reply.status(), 200, "{name}: {}", body(&reply));
    };
    ok("update_post_form", "/update", &form, "update=INSERT DATA { <http://x/a> <http://x/b> <http://x/c> }");
    assert!(served.holds("ASK { <http://x/a> <http://x/b> <http://x/c> }"));
    ok("update_post_direct", "/update", &direct, "DELETE DATA { <http://x/a> <http://x/b> <http://x/c> }");
    assert!(!served.holds("ASK { <http://x/a> <http://x/b> <http://x/c> }"));

    for (graph, name) in [("doc:data1", "one"), ("doc:data2", "two"), ("doc:data3", "three")] {
        served.put(graph, &format!("<http://x/{name}> a <http://x/Document> ."));
    }
    let copy = "DROP SILENT GRAPH <doc:copy> ; INSERT { GRAPH <doc:copy> { ?s a ?c } } WHERE { ?s a ?c }";
    let copied = |name: &str| served.holds(&format!("ASK {{ GRAPH <doc:copy> {{ <http://x/{name}> a ?c }} }}"));
    ok("update_dataset_default_graph", "/update?using-graph-uri=doc:data1", &direct, copy);
    assert!(copied("one") && !copied("two"));
    ok("update_dataset_default_graphs", "/update?using-graph-uri=doc:data1&using-graph-uri=doc:data2", &direct, copy);
    assert!(copied("one") && copied("two") && !copied("three"));
    let named = copy.replace("WHERE { ?s a ?c }", "WHERE { GRAPH ?g { ?s a ?c } }");
    ok(
        "update_dataset_named_graphs",
        "/update?using-named-graph-uri=doc:data1&using-named-graph-uri=doc:data2",
        &direct,
        &named,
    );
    assert!(copied("one") && copied("two") && !copied("three"));
    let full = copy.replace(
        "WHERE { ?s a ?c }",
        "WHERE { { GRAPH ?g { ?s a ?c } } UNION { ?s a ?c . FILTER(?s = <http://x/three>) } }",
    );
    ok("update_dataset_full", "/update?using-graph-uri=doc:data3&using-named-graph-uri=doc:data1", &direct, &full);
    assert!(copied("one") && copied("three") && !copied("two"));
    ok(
        "update_base_uri",
        "/update",
        &direct,
        "BASE <http://x/> INSERT DATA { GRAPH <doc:copy> { <based> a <Document> } }",
    );
    assert!(copied("based"));

    let bad = |name: &str, method: &str, url: &str, headers: &[(&str, &str)], sent: &[u8], status: u16| {
        let reply = served.ask(method, url, headers, sent);
        assert_eq!(reply.status(), status, "{name}: {}", body(&reply));
    };
    bad("bad_update_get", "GET", "/update?update=CLEAR ALL", &[], b"", 405);
    bad("bad_multiple_updates", "POST", "/update", &form, b"update=CLEAR+ALL&update=CLEAR+ALL", 400);
    bad("bad_update_wrong_media_type", "POST", "/update", &[("content-type", "text/plain")], b"CLEAR ALL", 415);
    bad("bad_update_missing_form_type", "POST", "/update", &[], b"update=CLEAR+ALL", 415);
    bad("bad_update_non_utf8", "POST", "/update", &direct, b"INSERT DATA { <http://x/a> <http://x/b> \"\xff\" }", 400);
    bad("bad_update_syntax", "POST", "/update", &direct, b"INSERT DATA {", 400);
    let conflict = format!("INSERT {{ <http://x/a> a ?c }} USING <{DOCUMENTS}data1> WHERE {{ ?s a ?c }}");
    bad("bad_update_dataset_conflict", "POST", "/update?using-graph-uri=doc:data2", &direct, conflict.as_bytes(), 400);
    bad(
        "a foreign graph",
        "POST",
        "/update",
        &direct,
        b"INSERT DATA { GRAPH <http://x/g> { <http://x/a> a <http://x/b> } }",
        400,
    );
}

/// The cases of <https://www.w3.org/2009/sparql/docs/tests/data-sparql11/http-rdf-update/>, with both ways of naming a graph.
#[test]
fn w3c_graph_store() {
    let served = serve(true, Limits::default(), &[]);
    let turtle = [("content-type", "text/turtle; charset=utf-8")];
    let send = |name: &str, method: &str, url: &str, sent: &str, status: u16| {
        let headers = if sent.is_empty() && method != "PUT" && method != "POST" { &[][..] } else { &turtle[..] };
        let reply = served.ask(method, url, headers, sent);
        assert_eq!(reply.status(), status, "{name}: {}", body(&reply));
        reply
    };
    let get = |name: &str, url: &str, expected: &str| {
        let reply = send(name, "GET", url, "", 200);
        assert_eq!(header(&reply, "content-type"), "text/turtle; charset=utf-8");
        assert_eq!(triples(&body(&reply)), triples(expected), "{name}");
    };
    let person = |name: &str| format!("<http://x/{name}> a <http://x/Person> ; <http://x/name> \"{name}\" .");
    let (john, jane) = (person("john"), person("jane"));
    for url in ["/store?graph=doc:person/1", "/store/person-2"] {
        let url = &url.replace("person/1", "person%252F1");
        send("put__initial_state", "PUT", url, &john, 201);
        get("get_of_put__initial_state", url, &john);
        send("put__graph_already_in_store", "PUT", url, &jane, 204);
        get("get_of_put__graph_already_in_store", url, &jane);
        send("post__existing_graph", "POST", url, &john, 204);
        get("get_of_post__existing_graph", url, &format!("{john} {jane}"));
        send("post__empty_graph_to_existing_graph", "POST", url, "", 204);
        get("get_of_post__after_noop", url, &format!("{john} {jane}"));
        let head = send("head_on_an_existing_graph", "HEAD", url, "", 200);
        assert!(head.body().is_empty() && header(&head, "content-length").parse::<usize>().unwrap() > 100);
        assert_eq!(header(&head, "content-type"), "text/turtle; charset=utf-8");
        send("put__mismatched_payload", "PUT", url, "<a> <b>", 400);
        get("after a mismatch nothing has changed", url, &format!("{john} {jane}"));
        send("delete__existing_graph", "DELETE", url, "", 204);
        send("get_of_delete__existing_graph", "GET", url, "", 404);
        send("head_on_a_nonexisting_graph", "HEAD", url, "", 404);
        send("delete__nonexistent_graph", "DELETE", url, "", 404);
        send("put__empty_graph", "PUT", url, "", 201);
        get("get_of_put__empty_graph", url, "");
        send("delete", "DELETE", url, "", 204);
    }
    send("put__default_graph", "PUT", "/store?default", &john, 201);
    get("get_of_put__default_graph", "/store?default", &john);
    send("delete default", "DELETE", "/store?default", "", 204);
    let made = send("post__create__new_graph", "POST", "/store", &john, 201);
    get("get_of_post__create__new_graph", header(&made, "location"), &john);
    // Nodes without a name get one, and two of different requests never the same.
    send("blank", "PUT", "/store/blank", "[] <http://x/knows> [] .", 201);
    send("blank", "POST", "/store/blank", "[] <http://x/knows> [] .", 204);
    let named =
        |n: usize, m: usize| format!("<{DOCUMENTS}blank#blank-{n}> <http://x/knows> <{DOCUMENTS}blank#blank-{m}> .");
    get("names for blank nodes", "/store/blank", &format!("{} {}", named(0, 1), named(2, 3)));

    for (name, method, url, media_type, sent, status) in [
        ("no graph", "PUT", "/store", "text/turtle", "", 400),
        ("no graph", "GET", "/store", "text/turtle", "", 400),
        ("two graphs", "PUT", "/store?graph=doc:a&graph=doc:b", "text/turtle", "", 400),
        ("two graphs", "PUT", "/store?graph=doc:a&default", "text/turtle", "", 400),
        ("no IRI", "PUT", "/store?graph=a", "text/turtle", "", 400),
        ("a foreign graph", "PUT", "/store?graph=http://x/g", "text/turtle", "", 400),
        ("a foreign graph", "GET", "/store?graph=http://x/g", "text/turtle", "", 404),
        ("several graphs", "PUT", "/store/a", "application/trig", "", 415),
        ("no type", "PUT", "/store/a", "", "", 415),
        ("no method", "PATCH", "/store/a", "text/turtle", "", 405),
        (
            "rdf",
            "PUT",
            "/store/a",
            "application/rdf+xml",
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>",
            201,
        ),
        ("json", "PUT", "/store/a", "application/ld+json", r#"{"@id":"http://x/a","http://x/b":"c"}"#, 204),
        (
            "remote context",
            "PUT",
            "/store/a",
            "application/ld+json",
            r#"{"@context":"http://localhost:1/c","a":"b"}"#,
            400,
        ),
        (
            "entity",
            "PUT",
            "/store/a",
            "application/rdf+xml",
            "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description><rdf:value>&f;</rdf:value></rdf:Description></rdf:RDF>",
            400,
        ),
    ] {
        let reply = served.ask(method, url, &[("content-type", media_type)], sent);
        assert_eq!(reply.status(), status, "{name}: {}", body(&reply));
    }
}

#[test]
fn texts_are_read_and_not_changed() {
    let served = serve(true, Limits::default(), &[("article", ARTICLE)]);
    let turtle = [("content-type", "text/turtle")];
    assert_eq!(served.ask("PUT", "/store/article", &turtle, "").status(), 409);
    assert_eq!(served.ask("POST", "/store/article", &turtle, "").status(), 409);
    let update = [("content-type", "application/sparql-update")];
    assert_eq!(served.ask("POST", "/update", &update, "DELETE WHERE { ?s wm:affiliation ?o }").status(), 400);
    let drop = format!("DROP GRAPH <{DOCUMENTS}article>");
    assert_eq!(served.ask("POST", "/update", &update, drop).status(), 400);
    assert!(served.holds("ASK { ?s wm:affiliation ?o }"));
    // The same text once more is no news, and a file without a word is none.
    let again = served.ask("POST", "/api/documents?name=article.txt&published=2025-01-20", &[], ARTICLE);
    assert_eq!(body(&again), r#"{"failed":[],"read":[{"id":"article","unchanged":true}]}"#);
    let empty = served.ask("POST", "/api/documents?name=empty.txt", &[], " \n");
    assert_eq!(
        (empty.status().as_u16(), body(&empty).as_str()),
        (400, r#"{"failed":[{"error":"empty: there is no text in it","name":"empty.txt"}],"read":[]}"#)
    );
    let wrong =
        |url: &str, media_type: &str| served.ask("POST", url, &[("content-type", media_type)], "文").status().as_u16();
    assert_eq!(wrong("/api/documents?name=a", "application/pdf"), 415);
    assert_eq!(wrong("/api/documents?name=a&published=soon", "text/plain"), 400);
    assert_eq!(wrong("/api/documents?name=a%0Ab", "text/plain"), 400);
    // Deleted as a whole, it is gone.
    assert_eq!(served.ask("DELETE", "/api/document?id=article", &[], "").status(), 204);
    assert_eq!(served.ask("DELETE", "/api/document?id=article", &[], "").status(), 404);
    assert!(!served.holds("ASK { ?s wm:affiliation ?o }"));
    assert_eq!(served.json("/api/info")["documents"], 0);
}

#[test]
fn the_page_gets_what_it_asks_for() {
    let served = serve(false, Limits::default(), &[("article", ARTICLE)]);
    let info = served.json("/api/info");
    assert_eq!(
        (&info["writable"], &info["documents"], &info["base"]),
        (&false.into(), &1.into(), &"https://w3id.org/wenmai/id/".into())
    );
    let vocabulary = served.json("/api/vocabulary");
    for list in ["classes", "properties", "measures", "terms"] {
        assert!(!vocabulary[list].as_array().unwrap().is_empty(), "{list}");
    }
    assert_eq!(vocabulary["prefixes"]["wm"], "https://w3id.org/wenmai/ns#");
    let person = "https://w3id.org/wenmai/id/周远航";
    for typed in ["周远航", "周遠航", "zhouyuanhang", "zyh", "远航"] {
        assert_eq!(served.json(&format!("/api/search?q={typed}"))["results"][0]["iri"], person, "{typed}");
    }
    assert_eq!(served.json("/api/search?q=&class=Person&limit=1")["results"][0]["name"], "周远航");

    let thing = served.json(&format!("/api/thing?iri={person}"));
    assert_eq!(
        (&thing["name"], &thing["class"], &thing["documentsTotal"]),
        (&"周远航".into(), &"Person".into(), &1.into())
    );
    let fact = thing["facts"].as_array().unwrap().iter().find(|fact| fact["property"] == "affiliation").unwrap();
    assert_eq!(
        (&fact["object"]["name"], &fact["title"], &fact["status"]),
        (&"云岭县桑蚕协会".into(), &"会长".into(), &"asserted".into())
    );
    // The offsets of evidence cut the words from the document's text.
    let document = served.json("/api/document?id=article");
    let text: Vec<char> = document["text"].as_str().unwrap().chars().collect();
    let cut = |place: &serde_json::Value, start: &str, length: usize| -> String {
        text.iter().skip(usize::try_from(place[start].as_u64().unwrap()).unwrap()).take(length).collect()
    };
    let evidence = &fact["evidence"][0];
    let words = evidence["words"].as_str().unwrap();
    assert_eq!(cut(evidence, "start", words.chars().count()), words);
    let sentence = evidence["sentence"].as_str().unwrap();
    assert_eq!(cut(evidence, "sentenceStart", sentence.chars().count()), sentence);
    let mentions = document["mentions"].as_array().unwrap();
    assert!(mentions.iter().any(|m| m["name"] == "周远航" && cut(m, "start", 3) == "周远航"), "{mentions:?}");
    assert!(document["figures"].as_array().unwrap().iter().any(|f| f["value"] == "300"), "{}", document["figures"]);

    let graph = served.json(&format!("/api/graph?iri={person}&hops=2"));
    let nodes = graph["nodes"].as_array().unwrap();
    assert!(
        nodes.len() > 2 && nodes[0]["iri"] == person && nodes.iter().all(|n| n["x"].is_number() && n["y"].is_number())
    );
    assert_eq!(graph["cut"]["things"], 0);
    let small = served.json(&format!("/api/graph?iri={person}&hops=2&limit=2"));
    assert_eq!(
        (small["nodes"].as_array().unwrap().len(), small["cut"]["things"].as_u64().unwrap()),
        (2, nodes.len() as u64 - 2)
    );
    assert_eq!(served.json(&format!("/api/graph?iri={person}&property=bornOn"))["edges"], serde_json::json!([]));
    let path = served.json(&format!("/api/path?from={person}&to=https://w3id.org/wenmai/id/云岭县"));
    assert!(!path["paths"][0]["facts"][0][0]["evidence"].as_array().unwrap().is_empty(), "{path}");
    let events = served.json("/api/timeline?from=2019&to=2019");
    assert_eq!((&events["events"][0]["date"], &events["events"][0]["precision"]), (&"2019-05".into(), &"month".into()));
    assert_eq!(served.json("/api/timeline?from=2020")["total"], 0);
    assert_eq!(served.json("/api/documents?q=桑蚕")["documents"][0]["title"], "云岭县桑蚕协会成立");
    assert_eq!(served.json("/api/documents?q=没有")["total"], 0);
    assert!(served.json("/api/queries")["queries"].as_array().unwrap().iter().any(|q| q["name"] == "people"));
    for measure in ["rank", "degree", "betweenness", "community", "component"] {
        assert!(!served.json(&format!("/api/analysis?measure={measure}"))["rows"][0].is_null(), "{measure}");
    }
    for format in info["exports"].as_array().unwrap() {
        for part in ["", &format!("&iri={person}&hops=1"), "&class=Person&top=3"] {
            let reply = served.get(&format!("/api/export?format={}{part}", format.as_str().unwrap()));
            assert_eq!(reply.status(), 200, "{format}: {}", body(&reply));
            assert!(
                !reply.body().is_empty() && header(&reply, "content-disposition").starts_with("attachment"),
                "{format}"
            );
        }
    }
    for (url, status) in [
        ("/api/thing", 400),
        ("/api/thing?iri=http://x/", 404),
        ("/api/document?id=none", 404),
        ("/api/nothing", 404),
        ("/api/graph?limit=many", 400),
        ("/api/graph?class=Dragon", 400),
        ("/api/export?format=pdf", 400),
        ("/nothing", 404),
        ("/../Cargo.toml", 404),
        ("/assets/%2e%2e%2f%2e%2e%2fetc/passwd", 404),
        ("/id/", 404),
        ("/id/a/b", 404),
        ("/id/%ff", 400),
    ] {
        assert_eq!(served.get(url).status(), status, "{url}");
    }
}

#[test]
fn a_thing_is_a_page_for_people_and_data_for_programs() {
    let served = serve(false, Limits::default(), &[("article", ARTICLE)]);
    let get = |url: &str, accept: &str| served.ask("GET", url, &[("accept", accept)], "");
    let page = get("/id/周远航", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    assert_eq!((page.status().as_u16(), header(&page, "content-type")), (200, "text/html; charset=utf-8"));
    assert!(header(&page, "content-security-policy").contains("default-src 'self'"));
    assert!(!header(&page, "content-security-policy").contains("unsafe"));
    let data = get("/id/周远航", "text/turtle");
    assert!(body(&data).contains("kg:周远航 a wm:Person"), "{}", body(&data));
    assert!(body(&data).contains("oa:exact"), "{}", body(&data));
    // Most programs stop at triple terms.
    assert!(body(&data).contains("a rdf:Statement") && !body(&data).contains("<<("), "{}", body(&data));
    assert!(body(&get("/id/周远航", "text/turtle; version=1.2")).contains("<<("));
    for (accept, media_type) in [
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"),
    ] {
        assert_eq!(header(&get("/id/周远航", accept), "content-type"), media_type);
    }
    assert_eq!(get("/id/doc/article", "text/turtle").status(), 200);
    assert_eq!(get("/id/nobody", "text/turtle").status(), 404);
    // A browser that has the page is told so.
    let page = get("/", "text/html");
    let again = served.ask("GET", "/", &[("if-none-match", header(&page, "etag"))], "");
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    let description = get("/query", "text/turtle");
    assert!(body(&description).contains("sparql-service-description#UnionDefaultGraph"), "{}", body(&description));
    assert!(!body(&description).contains("SPARQL11Update"));
}

#[test]
fn a_server_that_only_reads_changes_nothing() {
    let served = serve(false, Limits::default(), &[("article", ARTICLE)]);
    let before = served.json("/api/info");
    for (method, url, media_type) in [
        ("POST", "/update", "application/sparql-update"),
        ("PUT", "/store/a", "text/turtle"),
        ("POST", "/store", "text/turtle"),
        ("DELETE", "/store/article", ""),
        ("DELETE", "/store?default", ""),
        ("POST", "/api/documents?name=a", "text/plain"),
        ("DELETE", "/api/document?id=article", ""),
    ] {
        let reply = served.ask(method, url, &[("content-type", media_type)], "INSERT DATA { <a:a> <a:a> <a:a> }");
        assert_eq!(reply.status(), 403, "{method} {url}: {}", body(&reply));
    }
    assert_eq!(served.json("/api/info"), before);
    let update = "update=INSERT DATA { <a:a> <a:a> <a:a> }&query=ASK {}";
    assert_eq!(served.ask("POST", "/query", &[("content-type", FORM)], encode(update)).status(), 400);
}

#[test]
fn nothing_is_fetched_and_no_path_is_told() {
    let served = serve(true, Limits::default(), &[]);
    let file = served.folder.path().join("secret.ttl");
    std::fs::write(&file, "<http://x/secret> <http://x/p> <http://x/o> .").unwrap();
    let local = file.display().to_string();
    let update = [("content-type", "application/sparql-update")];
    for text in [
        format!("LOAD <file://{local}>"),
        format!("LOAD SILENT <file://{local}>"),
        "LOAD <http://localhost:1/>".to_owned(),
        format!("INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <file://{local}> {{ ?s ?p ?o }} }}"),
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://localhost:1/> { ?s ?p ?o } }".to_owned(),
    ] {
        assert_eq!(served.ask("POST", "/update", &update, &text).status(), 400, "{text}");
    }
    let service = served.get(&format!("/query?query=SELECT * {{ SERVICE <file://{local}> {{ ?s ?p ?o }} }}"));
    assert_eq!(service.status(), 400);
    assert!(
        body(&served.get(&format!("/query?query=SELECT * FROM <file://{local}> {{ ?s ?p ?o }}")))
            .contains("\"bindings\":[]")
    );
    assert!(!served.holds("ASK { <http://x/secret> ?p ?o }"));
    // Where a document came from is told by its name only.
    let path = served.folder.path().join("store");
    let text = served.folder.path().join("news.txt");
    std::fs::write(&text, ARTICLE).unwrap();
    let ingest =
        Command::new(env!("CARGO_BIN_EXE_wenmai")).args(["ingest", "--store"]).arg(&path).arg(&text).output().unwrap();
    assert!(ingest.status.success());
    assert!(served.server.refresh().unwrap());
    assert_eq!(served.json("/api/document?id=news")["origin"], "news.txt");
    let folder = served.folder.path().display().to_string();
    for url in [
        "/query?query=SELECT * { ?s dcterms:source ?o }",
        "/store?default",
        "/store/news",
        "/api/documents",
        "/api/export?format=nq",
        "/api/export?format=json",
        "/id/doc/news",
        "/metrics",
        "/api/document?id=none",
    ] {
        assert!(!body(&served.get(url)).contains(&folder), "{url}");
    }
    // A store that is damaged is reported here and not there.
    std::fs::write(path.join("documents/broken.nq"), "x").unwrap();
    let error = served.server.refresh().unwrap_err().to_string();
    assert!(error.contains("broken.nq"), "{error}");
    assert!(served.holds("ASK { ?s wm:affiliation ?o }"));
}

#[test]
fn foreign_pages_and_names_are_refused() {
    let served = serve(true, Limits::default(), &[]);
    let ask = |method: &str, url: &str, headers: &[(&str, &str)]| {
        served.ask(method, url, headers, "INSERT DATA { <a:a> <a:b> <a:c> }")
    };
    let update = ("content-type", "application/sparql-update");
    assert_eq!(ask("POST", "/update", &[update, ("origin", "https://evil.example")]).status(), 403);
    assert_eq!(ask("POST", "/update", &[update, ("origin", "null")]).status(), 403);
    assert_eq!(
        ask("POST", "/api/documents", &[("content-type", "text/plain"), ("origin", "https://evil.example")]).status(),
        403
    );
    assert_eq!(ask("POST", "/update", &[update, ("host", "evil.example")]).status(), 421);
    assert_eq!(ask("GET", "/api/info", &[("host", "evil.example:7878")]).status(), 421);
    assert_eq!(ask("GET", "/api/info", &[("host", "graph.example")]).status(), 200);
    assert_eq!(ask("POST", "/update", &[update, ("origin", "http://localhost:7878")]).status(), 200);
    assert_eq!(ask("POST", "/update", &[update, ("origin", "https://notes.example")]).status(), 200);
    let read = ask("GET", "/api/info", &[("origin", "https://evil.example")]);
    assert_eq!(header(&read, "access-control-allow-origin"), "");
    let read = ask("GET", "/api/info", &[("origin", "https://notes.example")]);
    assert_eq!(header(&read, "access-control-allow-origin"), "https://notes.example");
    let asked =
        ask("OPTIONS", "/update", &[("origin", "https://notes.example"), ("access-control-request-method", "POST")]);
    assert_eq!((asked.status().as_u16(), header(&asked, "access-control-allow-methods")), (204, "POST, OPTIONS"));
    let asked =
        ask("OPTIONS", "/update", &[("origin", "https://evil.example"), ("access-control-request-method", "POST")]);
    assert_eq!(header(&asked, "access-control-allow-methods"), "");
}

#[test]
fn what_documents_say_is_never_executed() {
    let served = serve(true, Limits::default(), &[("attack", ATTACK)]);
    let name = "<script>alert(3)</script>";
    let html = served.ask(
        "POST",
        &format!("/api/documents?name={name}.html"),
        &[("content-type", "text/html")],
        format!("<title>{name}</title><body onload=alert(4)><h1>{name}</h1><p>{ARTICLE}</p><script>alert(5)</script>"),
    );
    assert_eq!(html.status(), 200, "{}", body(&html));
    let updated = served.ask(
        "POST",
        "/update",
        &[("content-type", "application/sparql-update")],
        "INSERT DATA { kg:x a wm:Person ; rdfs:label \"<script>alert(6)</script>\"@zh ; wm:partOf kg:y }",
    );
    assert_eq!(updated.status(), 200);
    for url in [
        "/api/search?q=script",
        "/api/documents",
        "/api/document?id=attack",
        "/api/graph",
        "/api/export?format=dot",
        "/api/export?format=graphml",
        "/query?query=SELECT * { ?s rdfs:label ?o }",
        &format!("/api/thing?iri={name}"),
        &format!("/{name}"),
        &format!("/api/{name}"),
        &format!("/query?query={name}"),
        &format!("/id/{name}"),
    ] {
        for accept in ["*/*", "text/html", "application/sparql-results+xml"] {
            let reply = served.ask("GET", url, &[("accept", accept)], "");
            let page = header(&reply, "content-type").starts_with("text/html");
            assert!(!page || !body(&reply).contains("alert("), "{url}");
            assert_eq!(header(&reply, "x-content-type-options"), "nosniff", "{url}");
            assert!(header(&reply, "content-security-policy").starts_with("default-src '"), "{url}");
        }
    }
}

#[test]
fn what_a_query_may_use_is_limited() {
    let limits =
        Limits { time: Duration::from_millis(300), memory: 1 << 16, rows: 50, answer: 10_000, ..Limits::default() };
    let served = serve(false, limits, &[("article", ARTICLE)]);
    let refused = |query: &str, reason: &str| {
        let began = Instant::now();
        let reply = served.get(&format!("/query?query={query}"));
        assert_eq!(reply.status(), 503, "{query}: {}", body(&reply));
        assert!(body(&reply).contains(reason), "{query}: {}", body(&reply));
        assert!(began.elapsed() < Duration::from_secs(3), "{query}: {:?}", began.elapsed());
    };
    // The engine holds both sides of a join without a common variable; what it makes of them does not fit.
    refused("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "more memory");
    refused(
        "SELECT ?a { ?a ?b ?c FILTER EXISTS { ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?f = ?i %26%26 ?l = 0) } }",
        "allowed",
    );
    refused("SELECT * { ?a ?b ?c }", "50 rows");
    refused("CONSTRUCT WHERE { ?a ?b ?c }", "50 triples");
    refused(&format!("SELECT (CONCAT({}) AS ?x) {{ ?d wm:text ?t }}", vec!["?t"; 200].join(", ")), "longer than");
    assert_eq!(served.get("/api/export?format=nq").status(), 503);
    assert_eq!(served.get("/query?query=SELECT * { ?a ?b ?c } LIMIT 5").status(), 200);
}

#[test]
fn long_answers_are_compressed() {
    let served = serve(false, Limits::default(), &[("article", ARTICLE)]);
    let plain = served.get("/api/vocabulary");
    let packed = served.ask("GET", "/api/vocabulary", &[("accept-encoding", "gzip, br")], "");
    assert_eq!((header(&plain, "content-encoding"), header(&packed, "content-encoding")), ("", "gzip"));
    assert!(packed.body().len() * 3 < plain.body().len());
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(packed.body().as_slice()).read_to_end(&mut text).unwrap();
    assert_eq!(&text, plain.body());
    assert!(header(&packed, "vary").contains("accept-encoding"));
}

/// `wenmai serve` as a process of its own.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(store: &Path, options: &[&str]) -> Self {
        use std::io::BufRead as _;
        let mut child = Command::new(env!("CARGO_BIN_EXE_wenmai"))
            .args(["serve", "--bind", "127.0.0.1:0", "--store"])
            .arg(store)
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = std::io::BufReader::new(child.stderr.take().unwrap()).lines();
        let line = said.find_map(|line| line.unwrap().split("http://localhost:").nth(1).map(str::to_owned)).unwrap();
        let port: u16 = line.split('/').next().unwrap().parse().unwrap();
        std::thread::spawn(move || said.count());
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }
    }

    /// Sends bytes as they are, and gives what comes back until the connection is closed, or for so long.
    fn send(&self, bytes: &[u8], patience: Duration) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(patience)).unwrap();
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        self.send(request.as_bytes(), Duration::from_secs(20))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_socket_keeps_clients_within_bounds() {
    let served = serve(true, Limits::default(), &[("article", ARTICLE)]);
    let store = served.folder.path().join("store");
    let process = Process::start(&store, &["--writable", "--timeout", "1", "--max-size", "100K", "--workers", "2"]);
    assert!(process.get("/health").starts_with("HTTP/1.1 200 OK\r\n"));
    let soon = Duration::from_secs(3);
    let status = |bytes: &[u8]| process.send(bytes, soon).lines().next().unwrap_or_default().to_owned();
    let head = "POST /update HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/sparql-update\r\n";
    assert_eq!(status(format!("{head}content-length: 200000\r\n\r\n").as_bytes()), "HTTP/1.1 413 Payload Too Large");
    let chunk = format!("{head}transfer-encoding: chunked\r\n\r\n30000\r\n{}\r\n0\r\n\r\n", "x".repeat(0x30000));
    assert_eq!(status(chunk.as_bytes()), "HTTP/1.1 413 Payload Too Large");
    assert_eq!(
        status(format!("GET / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "x".repeat(1 << 20)).as_bytes()),
        "HTTP/1.1 431 Request Header Fields Too Large"
    );
    assert_eq!(status(b"nonsense\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(status(b"GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    // A request whose length can be read in two ways is refused, or its connection is closed behind it.
    let smuggled = format!(
        "{head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
    );
    assert!(!process.send(smuggled.as_bytes(), soon).contains("\"status\""));
    // Queries that would take for ever end in time, and the server answers others meanwhile and afterwards.
    let endless =
        encode("/query?query=SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }");
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| process.get(&endless))).collect();
        std::thread::sleep(Duration::from_millis(200));
        assert!(process.get("/health").contains("200 OK"));
        for answer in all {
            let answer = answer.join().unwrap();
            assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable"), "{answer}");
        }
    });
    assert!(process.get("/query?query=ASK%7B%7D").contains("200 OK"));
    // Another program changes the store.
    let text = served.folder.path().join("second.txt");
    std::fs::write(&text, "南通市在江苏省。").unwrap();
    let ingest =
        Command::new(env!("CARGO_BIN_EXE_wenmai")).args(["ingest", "--store"]).arg(&store).arg(&text).output().unwrap();
    assert!(ingest.status.success());
    let until = Instant::now() + Duration::from_secs(30);
    while !process.get("/api/info").contains("\"documents\":2") {
        assert!(Instant::now() < until, "the change was not noticed");
        std::thread::sleep(Duration::from_millis(200));
    }
    // The port is taken.
    let port = process.address.port();
    let second = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .args(["serve", "--bind", &format!("127.0.0.1:{port}"), "--store"])
        .arg(&store)
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("the port is in use by another program"));
}

#[test]
fn nothing_goes_too_deep() {
    let served = serve(true, Limits::default(), &[]);
    let process = Process::start(&served.folder.path().join("store"), &["--writable"]);
    let nested = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let query = |pattern: String| ("POST /query", "application/sparql-query", format!("SELECT * {{ {pattern} }}"));
    let put = |media_type: &'static str, graph: String| ("PUT /store/deep", media_type, graph);
    for times in [100, 9_000, 100_000] {
        for (target, media_type, body) in [
            query(nested("{", "", "}", times)),
            query(format!("FILTER({})", nested("(", "1", ")", times))),
            query(format!("FILTER({})", nested("!", "1", "", times))),
            query(format!("FILTER({})", nested("1 + ", "1", "", times))),
            query(format!("?s {} ?o", nested("(", "<a:a>", ")", times))),
            query(format!("?s ?p {}", nested("[ <a:a> ", "1", "]", times))),
            query(nested("OPTIONAL {", "", "}", times)),
            query(nested("{} UNION ", "{}", "", times)),
            query(format!("?s ?p {}", nested("<<( ?a ?b ", "1", " )>>", times))),
            (
                "POST /update",
                "application/sparql-update",
                format!("INSERT {{}} WHERE {{ {} }}", nested("{", "", "}", times)),
            ),
            put("text/turtle", format!("<a:a> <a:b> {} .", nested("(", "", ")", times))),
            put("text/turtle", format!("<a:a> <a:b> {} .", nested("<<( <a:a> <a:b> ", "1", " )>>", times))),
            put("application/ld+json", nested("[", "", "]", times)),
            ("POST /api/documents?name=deep", "text/html", nested("<div>", "文", "</div>", times)),
        ] {
            let head = format!(
                "{target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let answer = process.send(format!("{head}{body}").as_bytes(), Duration::from_secs(60));
            let start: String = body.chars().take(40).collect();
            assert!(answer.starts_with("HTTP/1.1 "), "{times}: {target} {start}");
        }
    }
    assert!(process.get("/health").contains("200 OK"));
}

#[test]
fn slow_clients_are_cut() {
    let served = serve(false, Limits::default(), &[]);
    let process = Process::start(&served.folder.path().join("store"), &[]);
    let began = Instant::now();
    // A head that never ends, on many connections, takes nothing from others.
    let slow: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(process.address).unwrap()).collect();
    for mut stream in &slow {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n").unwrap();
    }
    assert!(process.get("/health").contains("200 OK"));
    for mut stream in slow {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[cfg(unix)]
#[test]
fn a_server_ends_when_told() {
    let served = serve(false, Limits::default(), &[]);
    for signal in ["INT", "TERM"] {
        let mut process = Process::start(&served.folder.path().join("store"), &["--timeout", "1"]);
        // A connection that is open and idle does not keep it.
        let _idle = TcpStream::connect(process.address).unwrap();
        assert!(process.get("/health").contains("200 OK"));
        // A request under way is answered.
        let mut under_way = TcpStream::connect(process.address).unwrap();
        let endless =
            encode("/query?query=SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }");
        under_way.write_all(format!("GET {endless} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        assert!(Command::new("kill").args(["-s", signal, &process.child.id().to_string()]).status().unwrap().success());
        let mut answer = String::new();
        under_way.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with('}'), "{answer}");
        let status = process.child.wait().unwrap();
        assert!(status.success(), "{status}");
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

//! Every example in `data/rules` holds, and every pattern has one.

use wenmai::ontology::Ontology;
use wenmai::resource::Resources;
use wenmai::sentence::Segmenter;
use wenmai::statement::prove;

#[test]
fn every_example_says_what_it_should() {
    let resources = Resources::builtin();
    let ontology = Ontology::load(&resources).expect("the built-in ontology is right");
    let segmenter = Segmenter::load(&resources).expect("the built-in data is right");
    if let Err(mistakes) = prove(&resources, &ontology, &segmenter) {
        panic!("{mistakes}");
    }
}

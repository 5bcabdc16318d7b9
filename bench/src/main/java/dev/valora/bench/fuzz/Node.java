package dev.valora.bench.fuzz;

import java.util.List;

/** A JSON value as it stands in a body: members in their order and as often as they are there, numbers by their literals. */
sealed interface Node {

    /** An object. */
    record Members(List<Member> list) implements Node {
        public Members {
            list = List.copyOf(list);
        }
    }

    /** One member of an object. */
    record Member(String name, Node value) {}

    /** An array. */
    record Items(List<Node> list) implements Node {
        public Items {
            list = List.copyOf(list);
        }
    }

    /** A string, without its quotes and escapes. */
    record Text(String value) implements Node {}

    /** A number. */
    record Numeral(String literal) implements Node {}

    /** {@code true} or {@code false}. */
    record Truth(boolean value) implements Node {}

    /** {@code null}. */
    record Nothing() implements Node {}
}

package dev.valora.bench.crash;

/** A death that an account was made of. */
interface Accounted {

    Account account();
}

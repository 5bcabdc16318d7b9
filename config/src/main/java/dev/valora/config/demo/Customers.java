package dev.valora.config.demo;

import java.util.List;
import java.util.Locale;

/** Who the customers are: a key and a name for each index from 0. */
final class Customers {

    private static final List<String> FIRST = List.of(
            "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ironwood", "Juniper", "Larch");
    private static final List<String> SECOND = List.of(
            "Analytics", "Bikes", "Clinics", "Freight", "Games", "Labs", "Maps", "Robotics", "Studios", "Works");

    private Customers() {}

    /** What usage events and subscriptions call the customer. */
    static String key(int customer) {
        return String.format(Locale.ROOT, "customer-%03d", customer + 1);
    }

    /** What invoices call the customer. */
    static String name(int customer) {
        int round = customer / (FIRST.size() * SECOND.size());
        String name = FIRST.get(customer % FIRST.size()) + " " + SECOND.get(customer % SECOND.size());
        return round == 0 ? name : name + " " + (round + 1);
    }
}

package dev.valora.config;

import dev.valora.ingest.Agent;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an agent its thread. The thread steps the agent until it is asked to stop or the agent throws; then it closes the
 * agent. An agent that threw is dead: it is not started again, because nobody knows what state it is in.
 */
final class AgentRunner {

    private static final Logger LOG = LoggerFactory.getLogger(AgentRunner.class);
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Agent agent;
    private final BiConsumer<String, Throwable> onDeath;
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable Throwable death;

    /**
     * Prepares the thread; {@link #start} starts it.
     *
     * @param onDeath told once, on the agent's thread, its role and what it threw
     */
    AgentRunner(Agent agent, BiConsumer<String, Throwable> onDeath) {
        this.agent = agent;
        this.onDeath = onDeath;
        this.thread = Thread.ofPlatform().name("valora-" + agent.roleName()).unstarted(this::run);
    }

    /** Starts the thread. Once. */
    AgentRunner start() {
        thread.start();
        return this;
    }

    String roleName() {
        return agent.roleName();
    }

    /** Whether the thread runs, or ended because it was asked to. Any thread. */
    boolean isAlive() {
        return death == null;
    }

    /**
     * Asks the agent to end and returns when its {@link Agent#close} has returned, and not before: what it works on is closed next. A
     * caller that is interrupted meanwhile is so afterwards.
     */
    void stop() {
        running = false;
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("CatchingUnchecked")
    private void run() {
        try {
            if (agent.givesWay() && !SpareTime.only()) {
                LOG.debug("The system lets {} give way to no one; it runs as every other thread.", agent.roleName());
            }
            while (running) {
                if (agent.doWork() == 0) {
                    agent.idle(IDLE_NANOS);
                }
            }
        } catch (Throwable thrown) {
            die(thrown);
        }
        try {
            agent.close();
        } catch (Throwable thrown) {
            if (death == null) {
                die(thrown);
            } else {
                LOG.debug("{} could not be closed either", agent.roleName(), thrown);
            }
        }
    }

    private void die(Throwable thrown) {
        death = thrown;
        onDeath.accept(agent.roleName(), thrown);
    }
}

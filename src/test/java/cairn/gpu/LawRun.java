package cairn.gpu;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of some packages or classes without Maven. Arguments: tags to leave out, separated by commas; then packages and classes.
 * It prints a line as soon as a test is over, so that the results before a crash of the process are known.
 */
final class LawRun {
    static final String PASSED = "passed ";
    static final String FAILED = "FAILED ";
    static final String SKIPPED = "skipped ";

    private LawRun() {
    }

    public static void main(String[] args) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .filters(TagFilter.excludeTags(args[0].split(",")));
        for (String word : List.of(args).subList(1, args.length)) {
            boolean isClass = Character.isUpperCase(word.charAt(word.lastIndexOf('.') + 1));
            request.selectors(isClass ? selectClass(word) : selectPackage(word));
        }
        System.exit(run(request.build()) ? 0 : 1);
    }

    /** Whether at least one test ran and none failed. */
    static boolean run(LauncherDiscoveryRequest request) {
        Lines lines = new Lines();
        LauncherFactory.create().execute(request, lines);
        return lines.failed == 0 && lines.passed > 0;
    }

    /** Prints a line for each test. */
    private static final class Lines implements TestExecutionListener {
        private TestPlan plan;
        private int passed;
        private int failed;

        @Override
        public void testPlanExecutionStarted(TestPlan plan) {
            this.plan = plan;
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            System.out.println(SKIPPED + name(test) + ": " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            // If the preparation of a class fails, that counts as a failed test. A class that ends well counts as no test.
            switch (result.getStatus()) {
                case SUCCESSFUL -> {
                    if (test.isTest()) {
                        passed++;
                        System.out.println(PASSED + name(test));
                    }
                }
                case ABORTED -> System.out.println(SKIPPED + name(test) + ": "
                        + result.getThrowable().map(t -> t.getMessage() == null ? t.toString()
                        : t.getMessage().lines().findFirst().orElse("")).orElse(""));
                default -> {
                    failed++;
                    System.out.println(FAILED + name(test));
                    result.getThrowable().ifPresent(t -> t.printStackTrace(System.out));
                }
            }
        }

        private String name(TestIdentifier test) {
            List<String> names = new ArrayList<>();
            for (TestIdentifier at = test; at.getParentIdObject().isPresent(); at = plan.getTestIdentifier(at.getParentIdObject().get())) {
                names.add(0, at.getDisplayName());
            }
            return names.isEmpty() ? test.getDisplayName() : String.join(" > ", names);
        }
    }
}

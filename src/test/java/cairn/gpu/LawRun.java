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
 * The tests of some packages or classes, without Maven. Words: tags to leave out, between commas; packages and classes. Each test has its
 * line as soon as it is over, so that one which takes the process with it does not take what was found before.
 */
final class LawRun {
    static final String PASSED = "passed ";
    static final String FAILED = "FAILED ";
    static final String SKIPPED = "skipped ";

    private LawRun() {
    }

    public static void main(String[] words) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .filters(TagFilter.excludeTags(words[0].split(",")));
        for (String word : List.of(words).subList(1, words.length)) {
            boolean isClass = Character.isUpperCase(word.charAt(word.lastIndexOf('.') + 1));
            request.selectors(isClass ? selectClass(word) : selectPackage(word));
        }
        System.exit(run(request.build()) ? 0 : 1);
    }

    /** Whether none failed and there were any. */
    static boolean run(LauncherDiscoveryRequest request) {
        Lines lines = new Lines();
        LauncherFactory.create().execute(request, lines);
        return lines.failed == 0 && lines.passed > 0;
    }

    /** Prints them. */
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
            // A class of which the preparation fails counts as a failed test, one that ends well as none.
            switch (result.getStatus()) {
                case SUCCESSFUL -> {
                    if (test.isTest()) {
                        passed++;
                        System.out.println(PASSED + name(test));
                    }
                }
                case ABORTED -> System.out.println(SKIPPED + name(test) + ": "
                        + result.getThrowable().map(t -> t.getMessage() == null ? t.toString() : t.getMessage().lines().findFirst().orElse("")).orElse(""));
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

package cairn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cairn.checkpoint.DirectoryStore;
import cairn.checkpoint.format.Checkpoint;
import cairn.data.source.BuiltInData;
import cairn.data.source.DataFolders;
import cairn.disk.RealDisk;
import cairn.nn.Layer;
import cairn.nn.Wiring;
import cairn.nn.layer.Dense;
import cairn.recipe.OwnComponents;
import cairn.recipe.Recipe;
import cairn.recipe.RecipeChange;
import cairn.recipe.RecipeException;
import cairn.tensor.device.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The grade of a training that goes on. */
class ResumeGradeTest {
    private static final Clocks CLOCKS = new Clocks(() -> 0, System::nanoTime);
    private static final Recipe RECIPE = Recipe.named("graded").data(new BuiltInData.Moons(60, 0.1, 1)).batchSize(13).model(Dense.of(2))
            .build();

    @TempDir
    private Path temporary;

    private static Map<String, String> here() {
        return new LinkedHashMap<>(Backend.facts());
    }

    @Test
    void theSameFactsAreExact() {
        assertThat(ResumeGrade.between(here(), here())).isEqualTo(ResumeGrade.exact());
        assertThat(ResumeGrade.exact().sentence()).startsWith("exact");
    }

    @Test
    void everyFactThatDecidesBitsLowersTheGradeAndHasARemedy() {
        for (String name : Backend.deciding()) {
            Map<String, String> before = here();
            before.put(name, "another");
            ResumeGrade grade = ResumeGrade.between(before, here());
            assertThat(grade.level()).as(name).isEqualTo(ResumeGrade.Level.SAME_DATA);
            assertThat(grade.reasons()).singleElement().satisfies(r -> {
                assertThat(r.name()).isEqualTo(name);
                assertThat(r.remedy()).isNotBlank();
            });
            assertThat(grade.isUnproven()).isFalse();
        }
        assertThat(ResumeGrade.between(Map.of("threads", "96"), Map.of("threads", "2")).reasons()).extracting(ResumeGrade.Reason::toString)
                .containsExactly("threads 96 -> 2");
        assertThat(new ResumeGrade.Reason("threads", "96", "2").remedy()).contains("OMP_NUM_THREADS=96");
    }

    @Test
    void otherFactsDoNotLowerTheGrade() {
        Map<String, String> before = here();
        assertThat(before.keySet()).containsAll(Backend.deciding()).contains("java", "os-version", "other-variables");
        before.keySet().stream().filter(name -> !Backend.deciding().contains(name)).toList().forEach(name -> before.put(name, "another"));
        before.put("time", "1");
        assertThat(ResumeGrade.between(before, here()).isExact()).isTrue();
    }

    @Test
    void aFactThatIsNotRecordedIsNoProof() {
        Map<String, String> before = here();
        before.remove("cpu");
        ResumeGrade grade = ResumeGrade.between(before, here());
        assertThat(grade.isExact()).isFalse();
        assertThat(grade.isUnproven()).isTrue();
        assertThat(grade.sentence()).contains("not known");
        assertThat(grade.reasons()).extracting(ResumeGrade.Reason::toString).containsExactly("cpu not recorded, now " + here().get("cpu"));
    }

    @Test
    void onlyCpuFeaturesThatDifferAreNamed() {
        assertThat(new ResumeGrade.Reason("cpu-features", "avx avx2 avx512f fma", "avx avx2 amx_tile fma"))
                .hasToString("cpu-features -avx512f +amx_tile");
        assertThat(new ResumeGrade.Reason("cpu-features", "avx", "asimd")).hasToString("cpu-features avx -> asimd");
    }

    @Test
    void anotherRecipeIsAFork() {
        ResumeGrade fork = ResumeGrade.exact().with(List.of(new RecipeChange("optimizer.learning-rate", "0.01", "0.1")));
        assertThat(fork.level()).isEqualTo(ResumeGrade.Level.FORK);
        assertThat(fork.reasons()).extracting(ResumeGrade.Reason::toString).containsExactly("optimizer.learning-rate 0.01 -> 0.1");
        assertThat(ResumeGrade.exact().with(List.of()).isExact()).isTrue();
        assertThatThrownBy(() -> fork.require(ResumeGrade.Level.SAME_DATA, "resume x from step 3")).isInstanceOf(ResumeGradeException.class)
                .hasMessageContaining("cannot resume x from step 3").hasMessageContaining("'same-data'")
                .hasMessageContaining("back to 0.01");
        assertThatCode(() -> ResumeGrade.exact().require(ResumeGrade.Level.EXACT, "resume")).doesNotThrowAnyException();
    }

    /** On a GPU, the variable for TF32 is one of those that decide the bits. */
    @Test
    void anotherValueOfAVariableThatDecidesBitsIsNamedWithBothValues() {
        Map<String, String> before = here();
        Map<String, String> now = here();
        before.put("bit-variables", "NVIDIA_TF32_OVERRIDE=0");
        now.put("bit-variables", "NVIDIA_TF32_OVERRIDE=1");
        ResumeGrade grade = ResumeGrade.between(before, now);
        assertThat(grade.level()).isEqualTo(ResumeGrade.Level.SAME_DATA);
        assertThat(grade.reasons()).singleElement().satisfies(r -> {
            assertThat(r).hasToString("bit-variables NVIDIA_TF32_OVERRIDE=0 -> NVIDIA_TF32_OVERRIDE=1");
            assertThat(r.remedy()).isEqualTo("set NVIDIA_TF32_OVERRIDE=0 before starting");
        });
        now.put("bit-variables", Backend.NONE);
        assertThat(ResumeGrade.between(before, now).reasons()).singleElement().hasToString("bit-variables NVIDIA_TF32_OVERRIDE=0 -> none");
    }

    @Test
    void anAdditionInNoFixedOrderIsNeverExactEvenWithEqualFacts() {
        Map<String, String> facts = here();
        facts.put(Backend.UNORDERED, "conv2d maxpool2d_bp");
        for (ResumeGrade grade : List.of(ResumeGrade.between(facts, facts), ResumeGrade.beginning(facts))) {
            assertThat(grade.level()).isEqualTo(ResumeGrade.Level.SAME_DATA);
            assertThat(grade.isUnproven()).isFalse();
            assertThat(grade.sentence()).contains("no fixed order");
            assertThat(grade.reasons()).singleElement().satisfies(r -> {
                assertThat(r).hasToString("unordered-additions conv2d maxpool2d_bp");
                assertThat(r.remedy()).contains("nothing helps").contains("cuDNN");
            });
        }
        // Such additions before the checkpoint cannot be repeated. A fact that is recorded as none, or not recorded, means none.
        assertThat(ResumeGrade.between(facts, here()).reasons()).singleElement()
                .hasToString("unordered-additions conv2d maxpool2d_bp -> none");
        Map<String, String> none = here();
        none.put(Backend.UNORDERED, Backend.NONE);
        assertThat(ResumeGrade.between(none, none).isExact()).isTrue();
        assertThat(ResumeGrade.between(here(), none).isExact()).isTrue();
        assertThat(ResumeGrade.between(none, facts).isExact()).isFalse();
    }

    @Test
    void aLayerThatDeclaresUnorderedAdditionsIsRecordedAndItsRunsAreNotExact() throws IOException {
        Recipe scattered = Recipe.named("scattered").data(new BuiltInData.Moons(60, 0.1, 1)).batchSize(13)
                .model(Dense.of(3), new OwnComponents.Scattering(), Dense.of(2)).build();
        Path folder = temporary.resolve("scattered");
        try (Run run = Run.create(folder, scattered, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(run.grade().isExact()).isFalse();
            run.train(TrainOptions.until(3));
            assertThat(run.trainer().environment()).containsEntry(Backend.UNORDERED, "scattering_bp");
        }
        try (DirectoryStore store = cairn.checkpoint.RunFolder.resume(folder, new RealDisk()).store()) {
            assertThat(store.header(3).facts()).containsEntry(Backend.UNORDERED, "scattering_bp");
        }
        assertThat(Files.readString(folder.resolve("run.json"))).contains("\"unordered-additions\" : \"scattering_bp\"");
        assertThatThrownBy(() -> Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT))).isInstanceOf(ResumeGradeException.class)
                .hasMessageContaining("unordered-additions scattering_bp").hasMessageContaining("another order each time");
        try (Run run = Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.SAME_DATA))) {
            assertThat(run.grade().reasons()).extracting(ResumeGrade.Reason::name).containsExactly(Backend.UNORDERED);
        }
        try (Run plain = Run.create(temporary.resolve("plain"), RECIPE, Workspace.of(DataFolders.of(), CLOCKS))) {
            assertThat(plain.grade().isExact()).isTrue();
            assertThat(plain.trainer().environment()).containsEntry(Backend.UNORDERED, Backend.NONE);
        }
    }

    /** A run of 3 steps whose newest checkpoint records {@code facts}. */
    private Path run(Map<String, String> facts) throws IOException {
        Path folder = temporary.resolve("graded");
        try (Run run = Run.create(folder, RECIPE, Workspace.of(DataFolders.of(), CLOCKS))) {
            run.train(TrainOptions.until(3));
        }
        try (DirectoryStore store = cairn.checkpoint.RunFolder.resume(folder, new RealDisk()).store()) {
            Checkpoint newest = store.read(3);
            store.delete(3);
            store.commit(new Checkpoint(3, newest.state(), facts, newest.metrics()));
        }
        return folder;
    }

    @Test
    void aRequiredGradeRefusesBeforeAnythingIsWritten() throws IOException {
        Map<String, String> facts = here();
        facts.put("threads", "96");
        facts.put("libc", "glibc 2.17");
        Path folder = run(facts);
        String described = Files.readString(folder.resolve("run.json"));
        String journal = Files.readString(folder.resolve("journal.csv"));
        assertThatThrownBy(() -> Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT))).isInstanceOf(ResumeGradeException.class)
                .hasMessageContaining("threads 96 -> ").hasMessageContaining("OMP_NUM_THREADS=96").hasMessageContaining("glibc 2.17 -> ");
        assertThat(folder.resolve("run.json")).hasContent(described);
        assertThat(folder.resolve("journal.csv")).hasContent(journal);
        try (Run run = Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.SAME_DATA))) {
            assertThat(run.grade().reasons()).extracting(ResumeGrade.Reason::name).containsExactly("threads", "libc");
        }
        assertThat(Files.readString(folder.resolve("run.json"))).contains("\"grades\"").contains("threads 96 -> ").contains("recipe-text");
    }

    /** y = x; it is registered nowhere. */
    record Same() implements Layer {
        @Override
        public long[] outputShape(long[] in) {
            return in;
        }

        @Override
        public void wire(Wiring t) {
            t.passThrough();
        }
    }

    @Test
    void aRunWithAnUnregisteredComponentResumesWithItsRecipe() throws IOException {
        Recipe recipe = Recipe.named("own").data(new BuiltInData.Moons(60, 0.1, 1)).batchSize(13).model(new Same(), Dense.of(2)).build();
        Path folder = temporary.resolve("own");
        Workspace workspace = Workspace.of(DataFolders.of(), CLOCKS);
        try (Run run = Run.create(folder, recipe, workspace)) {
            run.train(TrainOptions.until(3));
        }
        assertThatThrownBy(() -> Run.resume(folder, workspace, ResumeOptions.standard())).isInstanceOf(RecipeException.class)
                .hasMessageContaining("unknown layer 'same'");
        try (Run run = Run.resume(folder, workspace, ResumeOptions.standard().with(recipe).requiring(ResumeGrade.Level.EXACT))) {
            assertThat(run.trainer().position().step()).isEqualTo(3);
        }
    }

    @Test
    void anEditedRecipeIsRefusedWithItsChanges() throws IOException {
        Path folder = run(here());
        Path recipe = folder.resolve("recipe.yaml");
        String original = Files.readString(recipe);
        Files.writeString(recipe, original.replace("learning-rate: 0.001", "learning-rate: 0.5")
                .replace("batch-size: 13", "batch-size: 14"));
        assertThatThrownBy(() -> Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS), ResumeOptions.standard()))
                .isInstanceOf(cairn.state.RestoreException.class)
                .hasMessageContaining("data.batch-size 13 -> 14").hasMessageContaining("optimizer.learning-rate 0.001 -> 0.5")
                .hasMessageContaining("branch from step 3 of graded");
        Path described = folder.resolve("run.json");
        Files.writeString(described, Files.readString(described).replace("recipe-text", "lost"));
        assertThatThrownBy(() -> Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS), ResumeOptions.standard()))
                .hasMessageContaining("is not recorded");
        Files.writeString(recipe, original);
        try (Run run = Run.resume(folder, Workspace.of(DataFolders.of(), CLOCKS),
                ResumeOptions.standard().requiring(ResumeGrade.Level.EXACT))) {
            assertThat(run.grade().isExact()).isTrue();
        }
    }
}

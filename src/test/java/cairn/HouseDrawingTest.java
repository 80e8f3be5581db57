package cairn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The picture of the house and the tables of its sizes show the classes as they are. */
class HouseDrawingTest {
    private static House house;

    @BeforeAll
    static void read() throws IOException {
        house = House.read();
    }

    @Test
    void thePictureShowsThePackagesAsTheyAre() throws IOException {
        assertThat(Files.readString(HouseDrawing.FILE).equals(HouseDrawing.svg(house)))
                .as("%s shows packages, arrows or sizes that have changed; regenerate it with: %s", HouseDrawing.FILE, HouseDrawing.COMMAND)
                .isTrue();
    }

    @Test
    void thePagesShowTheSizesAsTheyAre() throws IOException {
        for (Path page : HouseDrawing.PAGES) {
            String text = Files.readString(page);
            assertThat(HouseDrawing.withTable(text, house).equals(text))
                    .as("%s shows sizes that have changed; regenerate them with: %s", page, HouseDrawing.COMMAND).isTrue();
        }
    }

    @Test
    void everyArrowGoesDown() {
        FloorPlan plan = new FloorPlan(house.arrows(), name -> 100);
        plan.floors.forEach(floor -> floor.forEach(place ->
                assertThat(place.below).allMatch(lower -> lower.floor == place.floor - 1 && plan.floors.get(lower.floor).contains(lower))));
        assertThat(plan.floors.stream().flatMap(floor -> floor.stream().filter(FloorPlan.Place::isBox)).map(p -> p.name))
                .containsExactlyInAnyOrderElementsOf(house.arrows().keySet());
    }

    @Test
    void arrowsLeftOutFollowFromThoseDrawn() {
        assertThat(house.arrows().get("cli")).doesNotContain("state").hasSizeLessThan(5);
        house.packages().forEach((name, room) -> room.uses().forEach(used ->
                assertThat(reaches(House.group(name), House.group(used))).as(name + " uses " + used).isTrue()));
    }

    private static boolean reaches(String from, String to) {
        return from.equals(to) || house.arrows().get(from).stream().anyMatch(next -> reaches(next, to));
    }
}

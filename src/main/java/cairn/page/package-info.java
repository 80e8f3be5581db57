/**
 * The live page: a server on this machine alone that shows runs, and the buttons that train them. The page is a view of the command line: what
 * a button does is a command, which is shown, and which leaves its rows in the journal like one that was typed.
 *
 * <p><b>Knows</b>: HTTP, the folder of runs, values of the package {@code look}, the words of commands, processes. <b>Must not know</b>:
 * arrays, training (it is done by other processes, which the page can neither slow nor change), the terminal.
 * <br><b>Read</b>: Token, Gate, Answer, Assets, Listing, Routes, PageServer; Views, Statistic, StepAnswers; Journals, Events; Commands, Child,
 * Trainings, Actions; LivePage.
 *
 * <h2>Requests</h2>
 *
 * <p>Every answer but a picture is JSON. Numbers that are not finite are {@code null}. N is the name of a run, S a step. Every error is
 * {@code {"error": "what, where, expected, found, what to do"}} with a status from 400. All of {@code /api} but {@code /api/session} needs the
 * cookie (401 without it). 403 refuses (another site, {@code --read-only}), 404 there is no such thing, 409 see {@code view} below, 413 too
 * large, 415 no JSON, 429 too many listeners, 503 too much waits.
 *
 * <pre>
 * POST /api/session  {token}       204 and a cookie. The token stands behind the # of the address; it is used up by this request, and the
 *                                  private file has a new one then. A page that has the cookie already need not ask.
 * GET  /api/state                  {readOnly, version, folder, open: NAME or null, recipes: [names],
 *                                   runs: [{name, parent, from, changes: [text], newest, best, recipe, training, paused, mine, root,
 *                                   depth}]}   each behind its parent; root is the oldest run of its family, depth its distance to it.
 *                                  parent, from, newest, best are null where there is none. mine: this page trains it. training of a run
 *                                  that is not mine: its journal grew in the last seconds. paused: mine, and it waits.
 * GET  /api/run/N                  {name, recipeText, kind: "points"|"images"|"table", classes: [name] or null, stepsPerEpoch, oldest,
 *                                   newest, until, stored: [steps], layers: [names], tensors: [{path, shape}],
 *                                   settings: {"optimizer.learning-rate": "0.01", ...} all as texts, parts: ["validation", "test", "train"]}
 * GET  /api/run/N/curves?after=S&amp;most=M
 *                                  {last, command, curves: [{name, label, kind, steps, values, low?, high?}], marks: [{step, kind, text}]}
 *                                  points of steps after S alone, and all marks; at most M points a curve, the extremes of each interval
 *                                  kept. Rows of the step "last" may still come, those before it are complete: ask after last - 1, and
 *                                  let the new points of that step take the place of the old ones. If last is smaller than before, or the
 *                                  marks are others, steps were taken back or made again: ask for all.
 * GET  /api/run/N/explain          {findings: [{title, layer, step, text, certainty, evidence: [text], see?: [advice], next?: [advice]}],
 *                                   looks: [text], command}   advice: {why, before, command}; before is what a person must do first
 * GET  /api/run/N/at/S             {step, digest, recorded, equal, from, replayed, millis, measures: {name: {value, low, high}},
 *                                   confusion: {classes, counts, command} or null, command,
 *                                   layers: [{kind, title, from, to, values: {layer: number}, command}]}   from and to of the scale
 *                                  recorded and equal are null if no digest of this step is recorded; millis is the time of the server
 * GET  /api/run/N/at/S/boundary?cells=48
 *                                  {x: [from, to], y: [from, to], cells, classes, probability: [class of the cell, its probability, ...],
 *                                   rows: [[x, y, class, part]], command}   cell 0 is at the smallest x and y, x runs fastest;
 *                                  404 if the rows are no points
 * GET  /api/run/N/at/S/rows?part=P&amp;choice=worst|wrong&amp;count=12
 *                                  {rows: [{row, label, prediction, probability, loss}], sheet: URL of a PNG or null, command}
 * GET  /api/run/N/at/S/tensor?path=P
 *                                  {path, shape, mean, deviation, min, max, histogram: {edges, counts}, tiles: URL or null, command}
 * GET  /api/run/N/at/S/sheet.png?part=P&amp;choice=C&amp;count=K  and  /api/run/N/at/S/tiles.png?path=P
 * POST /api/run/N/do  {action, ...}
 *        step                      one step
 *        run      {speed?}         goes on, with so many steps a second at most; without a speed as fast as it can
 *        pause                     waits after this step
 *        to       {step}           goes on to the step and waits there
 *        back     {step}           the run is at this step again; the later steps become a run of their own
 *        branch   {step, setting?, value?, name?}   a new run that begins at this step, with one setting changed
 *        kill                      ends the process without a word (SIGKILL), and resumes the run in a new one
 *        stop                      saves and ends the process
 *                                  A run at the end of its recipe refuses step and run with 409; to, with a later step, trains it further.
 *                                  What a training that was just ending did not hear is said in message.
 *      {command, input, run, message, before?: {step, digest}, after?: {step, digest}, equal?}
 *      command is what was run; input is the line that was given to it, or null. run is the run to look at now: of a branch the new one.
 * POST /api/play  {recipe, name?, speed?}  {command, run, message}: a new run, in training
 * GET  /api/events                 server-sent events; one EventSource a page. Each has the id RUN:STEP
 *        hello      {version, after: "RUN:STEP" or null}   first; after is the id that the browser had seen last (ask for curves after it)
 *        step       {run, step, loss, rate, steps: [..], losses: [..]}    what the journal has got since the event before, 64 points at most
 *        evaluated  {run, step, measures: {name: value}}
 *        runs       {}             the list of runs is another: ask for the state
 *        training   {run, state: "running"|"paused"|"ended", mine, step, digest}   digest where the process has told one, else null
 *        dead       {run, exit, message}      a process of the page has ended by itself, or was killed
 * </pre>
 *
 * <p>{@code view=NAME} may stand in the query of every {@code at} request. One worker reaches all steps. Among the waiting and running requests
 * of one view the newest wins: an older one is dropped with 409, which a page passes over. A slider uses one name; two pictures side by side
 * use two, each with the name of its page in it, such as {@code k3x9-left}.
 */
package cairn.page;

@echo off
rem Starts Cairn from any working directory. JAVA_HOME chooses the Java (17 or newer), CAIRN_OPTS adds JVM options,
rem CAIRN_CLASSPATH folders and jars with classes of your own.
setlocal
set "HOME_DIR=%~dp0.."
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
if not defined OPENBLAS_THREAD_TIMEOUT set "OPENBLAS_THREAD_TIMEOUT=4"
rem OpenMP allows a list, whose later numbers are for threads of threads. There are none here, and ND4J reads one number.
if defined OMP_NUM_THREADS for /f "delims=," %%n in ("%OMP_NUM_THREADS%") do set "OMP_NUM_THREADS=%%n"
if not exist "%HOME_DIR%\lib\nd4j-cuda-*" goto :start
rem With libraries for GPUs: a larger cache for the code that the driver compiles, GPUs in the order of nvidia-smi, no TF32 by default.
if not defined CUDA_CACHE_MAXSIZE set "CUDA_CACHE_MAXSIZE=4294967296"
if not defined CUDA_CACHE_PATH set "CUDA_CACHE_PATH=%LOCALAPPDATA%\cairn\cuda"
if not defined CUDA_DEVICE_ORDER set "CUDA_DEVICE_ORDER=PCI_BUS_ID"
if not defined NVIDIA_TF32_OVERRIDE set "NVIDIA_TF32_OVERRIDE=0"
:start
set "JAVA_EXE=java"
if defined JAVA_HOME set "JAVA_EXE=%JAVA_HOME%\bin\java"
rem Newer versions of Java print warnings about calls that ND4J and JLine make. The version, in the file "release", decides the options.
set "JAVA_DIR=%JAVA_HOME%\bin\"
if not defined JAVA_HOME for %%j in (java.exe) do set "JAVA_DIR=%%~dp$PATH:j"
set "QUIET="
set "VERSION=0"
if exist "%JAVA_DIR%..\release" for /f tokens^=2^ delims^=^" %%v in ('findstr /b JAVA_VERSION^= "%JAVA_DIR%..\release"') do for /f "delims=." %%n in ("%%v") do set "VERSION=%%n"
if %VERSION% geq 22 set "QUIET=--enable-native-access=ALL-UNNAMED"
if %VERSION% geq 23 set "QUIET=%QUIET% --sun-misc-unsafe-memory-access=allow"
set "CLASSES=%HOME_DIR%\lib\*"
if defined CAIRN_CLASSPATH set "CLASSES=%CLASSES%;%CAIRN_CLASSPATH%"
rem Commands that only read and end quickly start faster with the simple compiler and collector. The others need a small young generation.
set "TUNING=-XX:MaxNewSize=8m"
for %%c in (checkpoints show prune pin unpin gc log recipes) do if /i "%~1"=="%%c" set "TUNING=-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:MaxNewSize=16m"
"%JAVA_EXE%" %QUIET% %TUNING% -XX:MaxDirectMemorySize=1024t "-Dcairn.home=%HOME_DIR%" %CAIRN_OPTS% -classpath "%CLASSES%" cairn.cli.Main %*
exit /b %ERRORLEVEL%

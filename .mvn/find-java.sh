# Sourced by mvnw and truckee: `find_java TOOL` sets JAVA_HOME to a Java 25 (or newer) that has bin/TOOL
# (javac to build, java to run), or says what to install and ends the script.

java_release() { # the feature release of the Java in $1, from the file `release` that every Java carries: no JVM start
    [ -r "$1/release" ] || { echo 0; return; }
    while IFS='=' read -r key value; do
        case $key in
        JAVA_VERSION)
            value=${value#\"}
            value=${value%\"}
            echo "${value%%[!0-9]*}"
            return
            ;;
        esac
    done <"$1/release"
    echo 0
}

find_java() {
    on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null)
    for candidate in "${JAVA_HOME:-}" "${on_path%/bin/java}" \
        /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/openjdk* /opt/java/* /opt/*jdk* /opt/*java* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
        [ -x "$candidate/bin/$1" ] || continue
        if [ "$(java_release "$candidate")" -ge 25 ]; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return
        fi
    done
    echo "Truckee needs a JDK 25 or newer and found none: install one (Debian: openjdk-25-jdk or temurin-25-jdk) or set JAVA_HOME to it." >&2
    exit 1
}

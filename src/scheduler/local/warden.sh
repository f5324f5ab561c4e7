# Outlives a client that is killed, for a moment: told of the process groups of jobs on its standard input ("+ 123",
# "- 123"), it kills those that are left when that is closed, and removes the client's private folder.
trap '' HUP INT QUIT TERM
groups=' '
while read -r what group; do
    case $what in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
    esac
done
for group in $groups; do
    kill -s KILL -- "-$group" 2>/dev/null
done
rm -rf -- "$1"

using System.Diagnostics;
using System.Globalization;
using FutureHouse.Packaging;
using FutureHouse.Tests.Unit.Packaging;

namespace FutureHouse.Bench.Walk;

/// <summary>
/// Walking a tree under nested ignore files: time as a ratio to <c>git ls-files --others --exclude-standard</c> on the same tree, in pairs. The walk also reads size, time and mode of each file, git does
/// not. And, longer than the test does, random trees judged by both.
///   dotnet run -c Release --project bench/Walk [-- FILES [ROUNDS]]
///   dotnet run -c Release --project bench/Walk -- --differential PATHS [SEED]
/// </summary>
internal static class Program
{
    private const double Bound = 2;

    private static int Main(string[] args)
    {
        if (args is ["--differential", ..])
        {
            return Differential(Number(args, 1, 1_000_000), Number(args, 2, 1000));
        }

        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            return Measure(folder, Number(args, 0, 200_000), Number(args, 1, 7));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Number(string[] args, int index, int standard) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : standard;

    private static int Measure(string root, int files, int rounds)
    {
        CreateTree(root, files);
        RandomTree.Run(root, "init", "-q", ".");
        var options = new TreeWalkOptions { UseDefaultRules = false, IgnorePatterns = ["/.git"] };
        var ratios = new List<double>();
        int ours = 0, gits = 0;
        for (var round = -1; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            gits = RandomTree.Run(root, "ls-files", "-z", "--others", "--exclude-standard").AsSpan().Count('\0');
            var git = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            ours = TreeWalker.Walk(root, options, default).Count(i => !i.IsDirectory);
            var walk = Stopwatch.GetElapsedTime(start);
            if (round >= 0)
            {
                ratios.Add(walk / git);
            }

            Console.WriteLine($"{(round < 0 ? "warm-up" : $"round {round + 1}")}: git {git.TotalMilliseconds:F0} ms, walk {walk.TotalMilliseconds:F0} ms, {walk / git:F2} x git");
        }

        ratios.Sort();
        var median = ratios[ratios.Count / 2];
        Console.WriteLine($"{files} files, {ours} kept (git: {gits}); median {median:F2} x git (from {ratios[0]:F2} to {ratios[^1]:F2}), at most {Bound:F0} wanted");
        return median <= Bound && ours == gits ? 0 : 1;
    }

    // Packages of 20 directories of 50 files, an ignore file in each package and some directories.
    private static void CreateTree(string root, int files)
    {
        File.WriteAllText(Path.Combine(root, ".gitignore"), "*.o\n*.log\n/dist\nbuild/\n.cache\n**/tmp/*.bak\n!important.log\n[Tt]humbs.db\ndoc/**/*.pdf\n");
        string[] kinds = ["cs", "py", "txt", "o", "log", "md", "json", "bak"];
        for (var made = 0; made < files;)
        {
            var package = Path.Combine(root, $"package{made / 1000:D4}");
            Directory.CreateDirectory(package);
            File.WriteAllText(Path.Combine(package, ".gitignore"), "/local*\n*.tmp\n!keep.o\nsrc/**/gen-*.cs\n*~\n");
            for (var d = 0; d < 20 && made < files; d++)
            {
                var directory = Directory.CreateDirectory(Path.Combine(package, d % 7 == 3 ? $"src/part{d}" : d % 7 == 5 ? $"tmp{d}/tmp" : $"part{d}")).FullName;
                if (d % 4 == 0)
                {
                    File.WriteAllText(Path.Combine(directory, ".gitignore"), "*.json\n!file1*.json\nfile2?.md\n");
                }

                for (var f = 0; f < 50 && made < files; f++, made++)
                {
                    File.WriteAllText(Path.Combine(directory, $"file{f}.{kinds[(f + d) % kinds.Length]}"), "content\n");
                }
            }
        }
    }

    private static int Differential(int paths, int seed)
    {
        var (compared, different) = (0, 0);
        for (; compared < paths; seed++)
        {
            var folder = RandomTree.CreateFolder();
            try
            {
                var tree = new RandomTree(seed, folder);
                tree.Create(600);
                var (count, differences) = tree.Compare();
                compared += count;
                different += differences.Count;
                foreach (var difference in differences)
                {
                    Console.WriteLine($"seed {seed}: {difference}");
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Console.WriteLine($"{compared} paths, {different} judged otherwise than by git");
        return different == 0 ? 0 : 1;
    }
}

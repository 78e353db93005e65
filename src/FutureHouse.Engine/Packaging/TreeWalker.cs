using System.Globalization;
using FutureHouse.Errors;

namespace FutureHouse.Packaging;

/// <summary>
/// Walks a directory tree under ignore rules. What a rule excludes is not looked at, an excluded directory not entered. A link to something inside the tree stands for what it leads to; the rules
/// see the link's own name, and as in git a link to a directory is no directory to a rule that ends with <c>/</c>. A directory that links lead to is entered by the first of them, besides its own place.
/// </summary>
public static class TreeWalker
{
    /// <summary>Walks a tree lazily: a directory, then all in it, names in the order of their UTF-8 bytes. The root itself is not given.</summary>
    /// <param name="root">Path of the root; it may be a link.</param>
    /// <param name="options">The rules, and who is told of what is left out or cannot be read.</param>
    /// <param name="ct">Ends the walk.</param>
    /// <returns>The files and directories.</returns>
    /// <exception cref="PathNotFoundException">There is nothing at the root (at once, not while walking).</exception>
    /// <exception cref="PathUnreadableException">The root is a file (at once), or it or its ignore file cannot be read (before the first item).</exception>
    public static IEnumerable<TreeItem> Walk(string root, TreeWalkOptions options, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        ArgumentNullException.ThrowIfNull(options);
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(root))
        {
            throw File.Exists(root)
                ? new PathUnreadableException(string.Format(CultureInfo.CurrentCulture, WalkMessages.RootIsFile, root)) { Target = root }
                : new PathNotFoundException(string.Format(CultureInfo.CurrentCulture, WalkMessages.RootNotFound, root)) { Target = root };
        }

        return new Run(root, options).Items(ct);
    }

    private sealed class Run(string root, TreeWalkOptions options)
    {
        private static readonly int MostAhead = Environment.ProcessorCount == 1 ? 1 : 8 * Math.Min(Environment.ProcessorCount, 8);
        private readonly Stack<TreeFrame> _frames = new();
        private readonly HashSet<string> _ledTo = new(StringComparer.FromComparison(RealPath.Comparison));
        private string? _realRoot;

        public IEnumerable<TreeItem> Items(CancellationToken ct)
        {
            var top = new DirectoryReader(options).Read(string.Empty, root, null, new IgnoreMatcher(options.IgnorePatterns, options.UseDefaultRules));
            if (top.Failures.Count > 0)
            {
                throw top.Failures[0]; // or what is sent would be an empty tree
            }

            Push(top);
            while (_frames.TryPeek(out var frame))
            {
                ct.ThrowIfCancellationRequested();
                if (frame.Next == frame.Entries.Count)
                {
                    _frames.Pop();
                    continue;
                }

                var entry = frame.Entries[frame.Next++];
                string? realPath = null;
                if (entry.IsLink)
                {
                    entry = Follow(entry.Item!, frame, out realPath);
                }

                if (entry.Item is not { } item)
                {
                    Tell(entry);
                    continue;
                }

                yield return item;
                if (item.IsDirectory)
                {
                    Enter(item, realPath, frame);
                }
            }
        }

        private void Enter(TreeItem item, string? realPath, TreeFrame frame)
        {
            DirectoryRead read;
            if (realPath is not null)
            {
                read = Read(item, realPath, frame.Rules);
            }
            else if (!frame.Ahead.TryDequeue(out read))
            {
                ReadAhead(item, frame);
                read = frame.Ahead.Dequeue();
            }

            if (read.Frame is { } entered)
            {
                Push(entered);
            }
            else
            {
                options.Failed?.Invoke(read.Failure!);
            }
        }

        // Most of the time goes into calls to the system, so the next directories beside this one are read with it, on all cores.
        private void ReadAhead(TreeItem first, TreeFrame frame)
        {
            var items = new List<TreeItem> { first };
            for (var i = frame.Next; i < frame.Entries.Count && items.Count < MostAhead; i++)
            {
                if (frame.Entries[i] is { IsLink: false, Item: { IsDirectory: true } item })
                {
                    items.Add(item);
                }
            }

            var reads = new DirectoryRead[items.Count];
            if (reads.Length == 1)
            {
                reads[0] = Read(first, null, frame.Rules);
            }
            else
            {
                Parallel.For(0, reads.Length, i => reads[i] = Read(items[i], null, frame.Rules));
            }

            foreach (var read in reads)
            {
                frame.Ahead.Enqueue(read);
            }
        }

        private DirectoryRead Read(TreeItem item, string? realPath, IgnoreMatcher rules)
        {
            try
            {
                return new DirectoryRead(item, new DirectoryReader(options).Read(item.RelativePath, item.FullPath, realPath, rules), null);
            }
            catch (FutureHouseException e)
            {
                return new DirectoryRead(item, null, e);
            }
        }

        private void Push(TreeFrame frame)
        {
            _frames.Push(frame);
            foreach (var failure in frame.Failures)
            {
                options.Failed?.Invoke(failure);
            }
        }

        private void Tell(TreeEntry entry)
        {
            if (entry.Skipped is { } skipped)
            {
                options.Skipped?.Invoke(skipped);
            }

            if (entry.Failure is { } failure)
            {
                options.Failed?.Invoke(failure);
            }
        }

        private TreeEntry Follow(TreeItem link, TreeFrame frame, out string? target)
        {
            target = RealPath.Resolve(link.FullPath);
            if (target is null)
            {
                var message = string.Format(CultureInfo.CurrentCulture, WalkMessages.BrokenLink, link.FullPath);
                return new TreeEntry(link.RelativePath, null, false, null, new PathNotFoundException(message) { Target = link.FullPath });
            }

            var directory = Directory.Exists(target);
            if (!RealPath.IsWithin(target, _realRoot ??= RealPath.Resolve(root) ?? root))
            {
                return Skip(link, directory, SkipReason.LinkOutside);
            }

            if (!directory)
            {
                return DirectoryReader.Describe(new FileInfo(target), link.RelativePath, link.FullPath);
            }

            if (IsAbove(target, frame))
            {
                return Skip(link, true, SkipReason.LinkCycle);
            }

            return _ledTo.Add(target) ? DirectoryReader.Describe(new DirectoryInfo(target), link.RelativePath, link.FullPath) : Skip(link, true, SkipReason.LinkRepeated);
        }

        // A directory is above a link if the link lies in it, or if the walk came through it to get there by other links.
        private bool IsAbove(string directory, TreeFrame frame)
        {
            if (RealPath.IsWithin(RealOf(frame), directory))
            {
                return true;
            }

            foreach (var above in _frames)
            {
                if (string.Equals(RealOf(above), directory, RealPath.Comparison))
                {
                    return true;
                }
            }

            return false;
        }

        private static TreeEntry Skip(TreeItem link, bool directory, SkipReason reason) =>
            new(link.RelativePath, null, false, new SkippedItem(link.RelativePath, link.FullPath, directory, reason, null), null);

        private static string RealOf(TreeFrame frame) => frame.RealPath ?? RealPath.Resolve(frame.FullPath) ?? frame.FullPath;
    }
}
